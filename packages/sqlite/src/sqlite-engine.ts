/** An engine on SQLite: the log and the read models in one file, or in one file each. */
import type { Engine } from "foldstream/port";
import type { BackupProgress } from "./database/copy-database.ts";
import { Database } from "./database/database.ts";
import type { Synchronous } from "./database/open-file.ts";
import { Appender } from "./event-store/appender.ts";
import { sqliteEventFeed } from "./event-store/sqlite-event-feed.ts";
import { sqliteEventStore } from "./event-store/sqlite-event-store.ts";
import { StreamIds } from "./event-store/stream-ids.ts";
import { sqliteReadModels } from "./read-model/sqlite-read-models.ts";

export interface SqliteOptions {
  /** The file of the log, and of the read models unless they have one of their own. Folders are created. */
  readonly path: string;
  /** A file of their own for the read models, which can always be rebuilt from the log. */
  readonly readModelsPath?: string;
  /**
   * `full` (the default): a commit is on disk before it is acknowledged, also when the power fails. `normal`: faster, but a power
   * cut may take the last commits with it; a crash of the process alone does not.
   */
  readonly synchronous?: Synchronous;
}

export interface SqliteEngine extends Engine {
  /**
   * Copies the log's file while it is in use, to a file that is complete and consistent when this resolves. Read models in a file
   * of their own are not copied: after a restore, delete that file and they are built again. A copy that stood at `toPath` is
   * replaced, once the new one is whole.
   */
  backup(toPath: string, onProgress?: (progress: BackupProgress) => void): Promise<void>;
}

/** @throws SqliteFileError when a file is not ours or from a newer release: it is left untouched. */
export function sqliteEngine({ path, readModelsPath, synchronous = "full" }: SqliteOptions): SqliteEngine {
  const log = new Database(path, synchronous);
  const target = readModelsPath === undefined ? log : openBeside(log, readModelsPath, synchronous);
  const ids = new StreamIds(log);
  const appender = new Appender(log, ids);
  return {
    eventStore: sqliteEventStore(log, appender, ids),
    eventFeed: sqliteEventFeed(log, appender),
    readModels: sqliteReadModels(target),

    backup: (toPath, onProgress) => log.backup(toPath, (progress) => onProgress?.(progress)),

    async close() {
      await target.close();
      await log.close();
    },
  };
}

/** A file that is refused must not leave the other one open. */
function openBeside(log: Database, path: string, synchronous: Synchronous): Database {
  try {
    return new Database(path, synchronous);
  } catch (error) {
    void log.close();
    throw error;
  }
}
