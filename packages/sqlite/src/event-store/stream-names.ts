/** Names of streams by their numbers, which are kept for ever: a feed of many events has few names. */
import { RecentMap } from "foldstream/port";
import type { Database } from "../database/database.ts";

const remembered = 100_000;

export class StreamNames {
  readonly #find;
  readonly #known = new RecentMap<number, string>(remembered);

  constructor(database: Database) {
    this.#find = database.prepareArrays(
      "SELECT id, name FROM foldstream_streams WHERE id IN (SELECT value FROM json_each(?))",
    );
  }

  /** By number, of those that a page of the log has. They must be committed: what is undone gives its numbers to other names. */
  of(page: readonly number[]): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const unknown = new Set<number>();
    for (const id of page) {
      if (names.has(id) || unknown.has(id)) continue;
      const name = this.#known.get(id);
      if (name === undefined) unknown.add(id);
      else names.set(id, name);
    }
    for (const [id, name] of this.#read(unknown)) {
      names.set(id, name);
      this.#known.set(id, name);
    }
    return names;
  }

  #read(ids: ReadonlySet<number>): readonly (readonly [id: number, name: string])[] {
    if (ids.size === 0) return [];
    return this.#find.all(JSON.stringify([...ids])) as unknown as readonly (readonly [number, string])[];
  }
}
