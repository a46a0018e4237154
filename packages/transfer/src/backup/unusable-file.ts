/** What is wrong with a file that the system will not read or write. */
import { TransferError } from "../errors.ts";

const advice: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full: free space, or choose another disk.",
  EDQUOT: "The quota of this user is used up: free space, or choose another disk.",
  EFBIG: "The file would be larger than allowed: raise the limit, or choose another disk.",
  EACCES: "Permission is missing: check the owner and mode of the file and its folder.",
  EPERM: "Permission is missing: check the owner and mode of the file and its folder.",
  EROFS: "The disk is read-only: choose another one.",
  ENOENT: "There is no such file: check the path.",
  EISDIR: "That is a folder: name a file.",
  ENOTDIR: "A part of the path is a file, not a folder: check the path.",
};

export function unusableFile(action: "read" | "write", path: string, error: unknown): TransferError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const kept = action === "write" ? " Nothing was written under this name." : "";
  const reason = advice[code] ?? `${message}.`;
  return new TransferError("unusable-file", `Cannot ${action} the backup ${path}. ${reason}${kept}`, { cause: error });
}
