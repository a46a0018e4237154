/** Finds documents by an index: reads entries in their order, and the documents that they name. */
import { memoryReader } from "foldstream/memory";
import type { ReadModel, Row } from "foldstream/port";
import { type Database, type Item, mostAtOnce } from "../database/database.ts";
import type { Documents } from "../read-model/documents.ts";
import { entryBuckets } from "./entries.ts";
import { inOrder } from "./in-order.ts";
import type { Plan } from "./plan.ts";
import { sortKeyOf } from "./sort-key.ts";

/** Entries that are read at a time, and documents that are asked for, where all answers are wanted. */
const mostAtATime = 1_000;

export interface Wanted {
  readonly where: Partial<Row> | undefined;
  /** So many of the first rows; infinite for all. */
  readonly rows: number;
}

/** Rows as JSON text by key. */
export type Rows = ReadonlyMap<string, string>;

interface Found {
  readonly rows: Map<string, string>;
  /** Keys of the rows that were where their entries said: only they count, since others belong elsewhere in the order. */
  readonly inPlace: Set<string>;
}

export class IndexReader {
  readonly #database: Database;
  readonly #documents: Documents;

  constructor(database: Database, documents: Documents) {
    this.#database = database;
    this.#documents = documents;
  }

  /** Holds the first rows of the plan's order, and maybe more. */
  async rows(model: ReadModel, plan: Plan, wanted: Wanted): Promise<Rows> {
    const enough = plan.ordered ? wanted.rows : Number.POSITIVE_INFINITY;
    const found: Found = { rows: new Map(), inPlace: new Set() };
    const open: Item[] = [];
    let group: string | undefined;
    for await (const entry of this.#entries(model, plan, enough)) {
      const next = plan.group(entry.sk?.S ?? "");
      if (open.length >= room(enough - found.inPlace.size))
        await this.#take(model, plan, wanted, open.splice(0), found);
      if (found.inPlace.size >= enough && next !== group) break;
      group = next;
      open.push(entry);
    }
    await this.#take(model, plan, wanted, open, found);
    return found.rows;
  }

  async #take(
    model: ReadModel,
    { index }: Plan,
    { where }: Wanted,
    entries: readonly Item[],
    { rows, inPlace }: Found,
  ): Promise<void> {
    const places = new Map(entries.map((entry) => [entry.key?.S ?? "", entry.sk?.S]));
    for (const [key, row] of await this.#documents.rows(model, [...places.keys()])) {
      if (!(await answers(model, key, row, where))) continue;
      rows.set(key, JSON.stringify(row));
      if (sortKeyOf(model, index, row, key) === places.get(key)) inPlace.add(key);
    }
  }

  #entries(model: ReadModel, { index, beginning, backward, ordered }: Plan, enough: number): AsyncGenerator<Item> {
    const begins = beginning === "" ? "" : " AND begins_with(sk, :beginning)";
    const pages = entryBuckets(model, index).map((bucket) =>
      this.#database.query({
        TableName: this.#database.tables.readModels,
        KeyConditionExpression: `pk = :pk${begins}`,
        ExpressionAttributeValues: { ":pk": { S: bucket }, ...(begins && { ":beginning": { S: beginning } }) },
        ScanIndexForward: !backward,
        ...(ordered && { Limit: Math.min(enough + 1, mostAtATime) }),
      }),
    );
    return inOrder(pages, backward);
  }
}

/** How many documents are worth asking for at a time. */
function room(missing: number): number {
  if (missing === Number.POSITIVE_INFINITY) return mostAtATime;
  return missing > 0 ? Math.min(missing, mostAtOnce) : mostAtOnce;
}

async function answers(model: ReadModel, key: string, row: Row, where: Partial<Row> | undefined): Promise<boolean> {
  return (await memoryReader(model, new Map([[key, JSON.stringify(row)]])).count(where)) === 1;
}
