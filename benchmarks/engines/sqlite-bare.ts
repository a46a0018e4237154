/** The log and a projection as one would write them by hand on `node:sqlite`, with the same durability and nothing else. */
import { DatabaseSync } from "node:sqlite";
import { type BareLog, type BareProjection, eventType, sumsOf } from "./bench-engine.ts";

export function sqliteBareLog(path: string): BareLog {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
      data TEXT NOT NULL, recorded_at INTEGER NOT NULL, UNIQUE (stream, version))`);
  const insertOne = database.prepare(
    "INSERT INTO events (stream, version, type, data, recorded_at) VALUES (?, ?, ?, ?, ?)",
  );
  const newest = database.prepare("SELECT max(version) AS version FROM events WHERE stream = ?");
  const select = database.prepare(
    "SELECT version, type, data, recorded_at FROM events WHERE stream = ? ORDER BY version",
  );
  const transaction = transactionsOn(database);
  const insert = (stream: string, version: number, data: unknown) =>
    insertOne.run(stream, version, eventType, JSON.stringify(data), Date.now());
  const versionOf = (stream: string) => Number(newest.get(stream)?.version ?? 0);
  return {
    insert: async (events) =>
      transaction(() => {
        for (const { stream, version, data } of events) insert(stream, version, data);
      }),
    increment: async (stream, times) =>
      transaction(() => {
        const before = versionOf(stream);
        for (let place = 1; place <= times; place++) insert(stream, before + place, { by: 1 });
      }),
    version: async (stream) => versionOf(stream),
    read: async (stream) => select.all(stream).map(({ data }) => JSON.parse(data as string)),
    close: async () => database.close(),
  };
}

/** Over the log that Foldstream has written to the file. */
export function sqliteBareProjection(path: string, eventsPerStep: number): BareProjection {
  const log = new DatabaseSync(path);
  log.exec(
    "PRAGMA synchronous = FULL; CREATE TABLE bare (id TEXT PRIMARY KEY, value INTEGER NOT NULL); CREATE TABLE place (position INTEGER)",
  );
  const read =
    log.prepare(`SELECT e.position, s.name, e.data FROM foldstream_events e JOIN foldstream_streams s ON s.id = e.stream_id
    WHERE e.position > ? ORDER BY e.position LIMIT ${eventsPerStep}`);
  const upsert = log.prepare(
    "INSERT INTO bare VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = value + excluded.value",
  );
  const checkpoint = log.prepare("INSERT INTO place VALUES (?)");
  const transaction = transactionsOn(log);
  let position = 0;
  return {
    async step() {
      const rows = read.all(position) as unknown as { position: number; name: string; data: string }[];
      const sums = sumsOf(rows);
      position = rows.at(-1)?.position ?? position;
      transaction(() => {
        for (const [name, sum] of sums) upsert.run(name, sum);
        checkpoint.run(position);
      });
      return rows.length;
    },
    total: async () => Number(log.prepare("SELECT sum(value) AS total FROM bare").get()?.total),
    close: async () => log.close(),
  };
}

function transactionsOn(database: DatabaseSync): (work: () => void) => void {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  return (work) => {
    begin.run();
    work();
    commit.run();
  };
}
