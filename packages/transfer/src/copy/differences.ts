/** What is said of a target that is not what it should be. */

import { TransferError } from "../errors.ts";
import type { LogDigest } from "../log/log-digest.ts";

export function targetDiffers(what: string): TransferError {
  return new TransferError(
    "target-differs",
    `${what} Choose a target that is empty, or that an earlier copy of this source has begun.`,
  );
}

/** @throws TransferError `copy-differs`, which names the part. */
export function expectEqual(source: LogDigest, target: LogDigest): void {
  const parts = (["events", "receipts"] as const).flatMap((part) => {
    const [wanted, found] = [source[part], target[part]];
    if (wanted.count !== found.count) return `the target has ${found.count} ${part}, the source ${wanted.count}`;
    return wanted.digest === found.digest
      ? []
      : `the ${part} of the target have another digest than those of the source`;
  });
  if (parts.length === 0) return;
  throw new TransferError(
    "copy-differs",
    `The copy is not equal to its source: ${parts.join("; ")}. Do not use the target. See that nobody else writes to it, and copy into an empty one.`,
  );
}
