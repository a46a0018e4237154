/** Copies a backup into an engine. */
import { isDeepStrictEqual } from "node:util";
import type { Engine } from "foldstream/port";
import { type CopyOptions, type CopyResult, copySource } from "../copy/copy-log.ts";
import { TransferError } from "../errors.ts";
import { backupSource } from "./backup-source.ts";
import { verifyBackup } from "./verify-backup.ts";

/**
 * Verifies the file from beginning to end, then copies it as `copyLog` does. Into an empty engine, or into one that an earlier restore
 * of the same file has begun to fill.
 * @throws TransferError when the file is damaged, before anything is written; and whatever `copyLog` throws.
 */
export async function restoreBackup(path: string, to: Engine, options: CopyOptions = {}): Promise<CopyResult> {
  const verified = await verifyBackup(path, options);
  const result = await copySource(backupSource(path, verified.log.events.count), to, options);
  if (isDeepStrictEqual(result.log, verified.log)) return result;
  throw new TransferError(
    "damaged-backup",
    `The backup ${path} was changed while it was restored. Restore it again, into an empty target.`,
  );
}
