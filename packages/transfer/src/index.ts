/** `@foldstream/transfer`: whole logs from engine to engine, and into files and back. */
export { restoreBackup } from "./backup/restore-backup.ts";
export { type VerifiedBackup, verifyBackup } from "./backup/verify-backup.ts";
export { writeBackup } from "./backup/write-backup.ts";
export { type CopyOptions, type CopyResult, copyLog } from "./copy/copy-log.ts";
export { isTransferError, TransferError, type TransferProblem } from "./errors.ts";
export { type Digest, digestLog, type LogDigest } from "./log/log-digest.ts";
export type { TransferOptions, TransferPhase, TransferProgress } from "./progress.ts";
