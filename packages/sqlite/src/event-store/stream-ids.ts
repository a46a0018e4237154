/** Numbers of streams. A name keeps its number for ever, so what is committed can be remembered. */
import { RecentMap } from "foldstream/port";
import type { Database } from "../database/database.ts";

const remembered = 100_000;

export class StreamIds {
  readonly #database: Database;
  readonly #find;
  readonly #known = new RecentMap<string, number>(remembered);
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

  learn(name: string, id: number): void {
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
