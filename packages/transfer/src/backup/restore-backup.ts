/** Copies a backup into an engine. */
import { isDeepStrictEqual } from "node:util";
import type { Engine } from "foldstream/port";
import { type CopyOptions, type CopyResult, copySource } from "../copy/copy-log.ts";
import { TransferError } from "../errors.ts";
import { backupSource } from "./backup-source.ts";
import { type VerifiedBackup, verifyBackup } from "./verify-backup.ts";

/**
 * Verifies the file from beginning to end, then copies it as `copyLog` does. Into an empty engine, or into one that an earlier restore
 * of the same file has begun to fill. What `verifyBackup` returned is not verified again: with it, a target need not be opened, and
 * perhaps made, before the file is known to be whole.
 * @throws TransferError when the file is damaged, before anything is written; and whatever `copyLog` throws.
 */
export async function restoreBackup(
  backup: string | VerifiedBackup,
  to: Engine,
  options: CopyOptions = {},
): Promise<CopyResult> {
  const { path, log } = typeof backup === "string" ? await verifyBackup(backup, options) : backup;
  const result = await copySource(backupSource(path, log.events.count), to, options);
  if (isDeepStrictEqual(result.log, log)) return result;
  throw new TransferError(
    "damaged-backup",
    `The backup ${path} was changed while it was restored. Restore it again, into an empty target.`,
  );
}
