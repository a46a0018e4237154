/** Foldstream on SQLite. */
export type { Synchronous } from "./database/open-file.ts";
export { isSqliteFileError, SqliteFileError, type SqliteFileProblem } from "./errors.ts";
export { type BackupProgress, type SqliteEngine, type SqliteOptions, sqliteEngine } from "./sqlite-engine.ts";
