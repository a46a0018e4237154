/** Copies a database file while it is in use. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { SqliteFileError, storeFailure } from "../errors.ts";

export interface BackupProgress {
  readonly copiedPages: number;
  readonly totalPages: number;
}

export type CopyProgress = (progress: BackupProgress) => void;

/**
 * Made under another name first, so that `toPath` is always a whole copy: the new one, or the one before it. A write-ahead log that an
 * older file left beside `toPath` goes, or SQLite would replay it into the new one.
 */
export async function copyDatabase(path: string, toPath: string, onProgress: CopyProgress): Promise<void> {
  refuseItself(path, toPath);
  const draft = `${toPath}.new`;
  const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) =>
    onProgress({ copiedPages: totalPages - remainingPages, totalPages });
  try {
    mkdirSync(dirname(toPath), { recursive: true });
    rmSync(draft, { force: true });
    await copySnapshot(path, draft, progress).catch((error: unknown) => {
      rmSync(draft, { force: true });
      throw error;
    });
    for (const remnant of [`${toPath}-wal`, `${toPath}-shm`]) rmSync(remnant, { force: true });
    renameSync(draft, toPath);
  } catch (error) {
    throw storeFailure(error, toPath);
  }
}

type PageProgress = (pages: { totalPages: number; remainingPages: number }) => void;

/**
 * Copies the file as it is now, however busy it is. The connection that writes cannot be read from, since SQLite copies nothing while
 * a transaction of it is open; nor can one that follows the file, since it starts over at every commit (sqlite.org/backup.html). So
 * one transaction that only reads stays open meanwhile; the write-ahead log grows until it ends.
 */
async function copySnapshot(path: string, draft: string, progress: PageProgress): Promise<void> {
  const snapshot = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    snapshot.exec("BEGIN; SELECT count(*) FROM sqlite_schema;");
    await backup(snapshot, draft, { progress });
  } finally {
    snapshot.close();
  }
}

function refuseItself(path: string, toPath: string): void {
  if (!existsSync(toPath)) return;
  const [from, to] = [statSync(path), statSync(toPath)];
  if (from.dev !== to.dev || from.ino !== to.ino) return;
  throw new SqliteFileError("onto-itself", `sqlite: cannot back up ${path} onto itself. Name another file.`);
}
