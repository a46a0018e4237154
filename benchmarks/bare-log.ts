/** The bare driver: the log as one would write it by hand on `node:sqlite`, with the same durability and nothing else. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** About 300 bytes as JSON. */
export const payload = {
  carrier: "AA",
  flight: 1_204,
  origin: "ORD",
  destination: "LAX",
  delay: 12,
  note: "x".repeat(220),
};

export class BareLog {
  readonly database: DatabaseSync;
  readonly #insert;
  readonly #begin;
  readonly #commit;

  constructor(folder: string) {
    this.database = new DatabaseSync(join(folder, "bare.db"));
    this.database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;
      CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
        data TEXT NOT NULL, recorded_at INTEGER NOT NULL, UNIQUE (stream, version))`);
    this.#insert = this.database.prepare(
      "INSERT INTO events (stream, version, type, data, recorded_at) VALUES (?, ?, ?, ?, ?)",
    );
    this.#begin = this.database.prepare("BEGIN IMMEDIATE");
    this.#commit = this.database.prepare("COMMIT");
  }

  insert(stream: string, version: number, data: unknown = payload): void {
    this.#insert.run(stream, version, "counter.Incremented", JSON.stringify(data), Date.now());
  }

  transaction(work: () => void): void {
    this.#begin.run();
    work();
    this.#commit.run();
  }

  close(): void {
    this.database.close();
  }
}
