/** Foldstream on SQLite. */
export type { BackupProgress } from "./database/copy-database.ts";
export type { Synchronous } from "./database/open-file.ts";
export { isSqliteFileError, SqliteFileError, type SqliteFileProblem } from "./errors.ts";
export { type SqliteEngine, type SqliteOptions, sqliteEngine } from "./sqlite-engine.ts";
