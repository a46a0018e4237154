/** Copies a database file while it is in use. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { backup } from "node:sqlite";
import { SqliteFileError, storeFailure } from "../errors.ts";
import type { Database } from "./database.ts";

export interface BackupProgress {
  readonly copiedPages: number;
  readonly totalPages: number;
}

export type CopyProgress = (progress: BackupProgress) => void;

/**
 * Made under another name first, so that `toPath` is always a whole copy: the new one, or the one before it. It is read through
 * the connection that writes, since a copy read through another one starts over at every commit (sqlite.org/backup.html). A
 * write-ahead log that an older file left beside `toPath` goes, or SQLite would replay it into the new one.
 */
export async function copyDatabase(database: Database, toPath: string, onProgress: CopyProgress): Promise<void> {
  refuseItself(database.path, toPath);
  const draft = `${toPath}.new`;
  const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) =>
    onProgress({ copiedPages: totalPages - remainingPages, totalPages });
  try {
    mkdirSync(dirname(toPath), { recursive: true });
    rmSync(draft, { force: true });
    await backup(database.connection, draft, { progress }).catch((error: unknown) => {
      rmSync(draft, { force: true });
      throw error;
    });
    for (const remnant of [`${toPath}-wal`, `${toPath}-shm`]) rmSync(remnant, { force: true });
    renameSync(draft, toPath);
  } catch (error) {
    throw storeFailure(error, toPath);
  }
}

function refuseItself(path: string, toPath: string): void {
  if (!existsSync(toPath)) return;
  const [from, to] = [statSync(path), statSync(toPath)];
  if (from.dev !== to.dev || from.ino !== to.ino) return;
  throw new SqliteFileError("onto-itself", `sqlite: cannot back up ${path} onto itself. Name another file.`);
}
