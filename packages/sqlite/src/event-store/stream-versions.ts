/** Versions of streams, remembered for as long as SQLite says that nobody else has written. */
import { RecentMap } from "foldstream/port";
import type { Database } from "../database/database.ts";

const remembered = 100_000;

export class StreamVersions {
  readonly #read;
  readonly #dataVersion;
  #known = new RecentMap<number, number>(remembered);
  #seen = -1;

  constructor(database: Database) {
    this.#read = database.prepareArrays("SELECT max(version) FROM foldstream_events WHERE stream_id = ?");
    this.#dataVersion = database.prepareArrays("PRAGMA data_version");
    database.group.onRollback(() => this.#forget());
  }

  /** Called inside a transaction before the first `of`: what another connection has written meanwhile makes all of it doubtful. */
  begin(): void {
    const [version] = this.#dataVersion.get() as unknown as [number];
    if (version !== this.#seen) this.#forget();
    this.#seen = version;
  }

  of(id: number): number {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const version = (this.#read.get(id) as unknown as [number | null])[0] ?? 0;
    this.set(id, version);
    return version;
  }

  set(id: number, version: number): void {
    this.#known.set(id, version);
  }

  #forget(): void {
    this.#known = new RecentMap(remembered);
  }
}
