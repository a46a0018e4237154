/** Numbers of streams. A name keeps its number for ever, so what is committed can be remembered. */
import type { Database } from "../database/database.ts";

const remembered = 50_000;

export class StreamIds {
  readonly #database: Database;
  readonly #find;
  readonly #known = new Map<string, number>();
  /** Learnt inside the running transaction, and forgotten if that is undone: the numbers will then be given to other streams. */
  #unsure: string[] = [];

  constructor(database: Database) {
    this.#database = database;
    this.#find = database.prepareArrays("SELECT id FROM foldstream_streams WHERE name = ?");
    database.group.onCommit(() => this.#keepUnsure());
    database.group.onRollback(() => this.#forgetUnsure());
  }

  /** Only what is remembered; does not ask the database. */
  remembered(name: string): number | undefined {
    return this.#known.get(name);
  }

  find(name: string): number | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const row = this.#find.get(name) as unknown as [number] | undefined;
    if (row) this.learn(name, row[0]);
    return row?.[0];
  }

  /** A full memory is emptied: dropping one entry at a time is slow in a `Map`, and asking again is cheap. */
  learn(name: string, id: number): void {
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.set(name, id);
    if (this.#database.connection.isTransaction) this.#unsure.push(name);
  }

  #keepUnsure(): void {
    if (this.#unsure.length > 0) this.#unsure = [];
  }

  #forgetUnsure(): void {
    for (const name of this.#unsure) this.#known.delete(name);
    this.#unsure = [];
  }
}
