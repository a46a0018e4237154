/** Numbers of streams. A name keeps its number for ever, so what is committed can be remembered. */
import type { Database } from "../database/database.ts";

const remembered = 50_000;

export class StreamIds {
  readonly #database: Database;
  readonly #find;
  readonly #known = new Map<string, number>();
  /** Numbers given inside the running transaction: true only once it commits. */
  readonly #pending = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    this.#find = database.prepareArrays("SELECT id FROM foldstream_streams WHERE name = ?");
    database.group.onCommit(() => this.#keepPending());
    database.group.onRollback(() => this.#pending.clear());
  }

  /** Only what is remembered; does not ask the database. */
  remembered(name: string): number | undefined {
    return this.#known.get(name) ?? this.#pending.get(name);
  }

  find(name: string): number | undefined {
    const known = this.remembered(name);
    if (known !== undefined) return known;
    const row = this.#find.get(name) as unknown as [number] | undefined;
    if (row && this.#database.connection.isTransaction) this.#pending.set(name, row[0]);
    else if (row) this.#keep(name, row[0]);
    return row?.[0];
  }

  created(name: string, id: number): void {
    this.#pending.set(name, id);
  }

  #keepPending(): void {
    if (this.#pending.size === 0) return;
    for (const [name, id] of this.#pending) this.#keep(name, id);
    this.#pending.clear();
  }

  #keep(name: string, id: number): void {
    this.#known.set(name, id);
    if (this.#known.size > remembered) this.#known.delete(this.#known.keys().next().value as string);
  }
}
