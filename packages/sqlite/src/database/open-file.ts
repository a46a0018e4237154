/** Opens a database file of ours, or makes one; refuses any other file without touching it. */
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SqliteFileError } from "../errors.ts";
import { applicationId, migrations } from "./schema.ts";

export type Synchronous = "full" | "normal";

/** Opens the file at `path`, at today's schema version. */
export function openFile(path: string, synchronous: Synchronous): DatabaseSync {
  if (path === "" || path.startsWith(":memory:") || path.startsWith("file:")) {
    throw new SqliteFileError(
      "in-memory",
      `sqlite: the path "${path}" is not a file. For an engine in memory use memoryEngine() of "foldstream/memory".`,
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) checkHeader(path);
  else create(path);
  return open(path, synchronous);
}

function open(path: string, synchronous: Synchronous): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: 5_000 });
  try {
    migrate(connection, path);
    connection.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${synchronous === "full" ? "FULL" : "NORMAL"};
      PRAGMA cache_size = -65536;
      PRAGMA wal_autocheckpoint = 8000;
      PRAGMA temp_store = MEMORY;
      PRAGMA busy_timeout = 0;
    `);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** The header is read as bytes, since SQLite itself may write to a file, or beside it, just by opening it. */
function checkHeader(path: string): void {
  const header = Buffer.alloc(100);
  const file = openSync(path, "r");
  try {
    const length = readSync(file, header, 0, header.length, 0);
    if (length === 0) throw notOurs(path, "it is empty");
  } finally {
    closeSync(file);
  }
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\0") throw notOurs(path, "it is not a SQLite database");
  if (header.readUInt32BE(68) !== applicationId) throw notOurs(path, "it is a SQLite database of another program");
  checkVersion(header.readUInt32BE(60), path);
}

function notOurs(path: string, found: string): SqliteFileError {
  return new SqliteFileError(
    "not-ours",
    `sqlite: ${path} is not a Foldstream file: ${found}. It was left as it is; choose another path.`,
  );
}

function checkVersion(version: number, path: string): void {
  if (version <= migrations.length) return;
  throw new SqliteFileError(
    "newer-version",
    `sqlite: ${path} has schema version ${version}; this release knows up to ${migrations.length}. It was left as it is; use the newer release.`,
  );
}

/**
 * Made whole under another name first, so that a crash, or a second process, never meets half a file. That also lets the disk be
 * waited for once, at the end.
 */
function create(path: string): void {
  const draft = `${path}.new-${process.pid}`;
  rmSync(draft, { force: true });
  const connection = new DatabaseSync(draft);
  // Small pages, since an append to many streams changes one page of the version index for each.
  connection.exec(
    `PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA page_size = 2048; PRAGMA application_id = ${applicationId};`,
  );
  migrate(connection, draft);
  connection.exec("PRAGMA journal_mode = WAL");
  connection.close();
  flush(draft);
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function flush(path: string): void {
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}

function migrate(connection: DatabaseSync, path: string): void {
  for (;;) {
    const version = userVersion(connection);
    checkVersion(version, path);
    if (version === migrations.length) return;
    connection.exec("BEGIN IMMEDIATE");
    try {
      if (userVersion(connection) === version)
        connection.exec(`${migrations[version]}; PRAGMA user_version = ${version + 1};`);
      connection.exec("COMMIT");
    } catch (error) {
      connection.exec("ROLLBACK");
      throw error;
    }
  }
}

function userVersion(connection: DatabaseSync): number {
  return Number(connection.prepare("PRAGMA user_version").get()?.user_version);
}
