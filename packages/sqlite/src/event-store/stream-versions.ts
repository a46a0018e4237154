/** Versions of streams, remembered for as long as SQLite says that nobody else has written. */
import type { Database } from "../database/database.ts";

const remembered = 50_000;

export class StreamVersions {
  readonly #read;
  readonly #dataVersion;
  readonly #known = new Map<number, number>();
  #seen = -1;

  constructor(database: Database) {
    this.#read = database.prepareArrays("SELECT max(version) FROM foldstream_events WHERE stream_id = ?");
    this.#dataVersion = database.prepareArrays("PRAGMA data_version");
    database.group.onRollback(() => this.#known.clear());
  }

  /** Called inside a transaction before the first `of`: what another connection has written meanwhile makes all of it doubtful. */
  begin(): void {
    const [version] = this.#dataVersion.get() as unknown as [number];
    if (version !== this.#seen) this.#known.clear();
    this.#seen = version;
  }

  of(id: number): number {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const version = (this.#read.get(id) as unknown as [number | null])[0] ?? 0;
    this.set(id, version);
    return version;
  }

  /** A full memory is emptied: dropping one entry at a time is slow in a `Map`, and asking again is cheap. */
  set(id: number, version: number): void {
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.set(id, version);
  }
}
