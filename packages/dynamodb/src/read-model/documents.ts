/** Reads documents, however large they are and however many DynamoDB hands out at a time. */
import { StoreFailureError } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import { type Payloads, payloadBytes } from "../database/payload.ts";
import { decodeRow, decodeStored, type Values } from "./document.ts";
import { checkpointKey, documentBuckets, documentKey, factsIn, home } from "./keys.ts";

/** Rows beyond this are packed, deflated, so that they fit an item, or the blob store. */
const mostRowBytes = 100_000;

const mostInPage = 500;

export class Documents {
  readonly #database: Database;
  readonly #payloads: Payloads;
  readonly #table: string;

  constructor(database: Database, payloads: Payloads) {
    this.#database = database;
    this.#payloads = payloads;
    this.#table = database.tables.readModels;
  }

  async get(model: ReadModel, key: string): Promise<Row | undefined> {
    const item = await this.#database.get(this.#table, documentKey(model, key), true);
    return item && this.rowOf(model, item);
  }

  /** The items of documents and of tombstones among `keys`. */
  async items(model: ReadModel, keys: readonly string[]): Promise<Item[]> {
    return this.#database.getMany(
      this.#table,
      [...new Set(keys)].map((key) => documentKey(model, key)),
    );
  }

  /** The rows that exist among `keys`, by key. */
  async rows(model: ReadModel, keys: readonly string[]): Promise<Map<string, Row>> {
    const items = await this.items(model, keys);
    const rows = await Promise.all(items.map(async (item) => [keyOf(item), await this.rowOf(model, item)] as const));
    return new Map(rows.filter((entry): entry is [string, Row] => entry[1] !== undefined));
  }

  /** Nothing for a tombstone. */
  async rowOf(model: ReadModel, item: Item): Promise<Row | undefined> {
    const values = await this.#valuesOf(item);
    return values && decodeRow(model, values);
  }

  /** The row, what keeps it from being read, or nothing for a tombstone. */
  async storedRow(model: ReadModel, item: Item): Promise<Row | string | undefined> {
    try {
      const values = await this.#valuesOf(item);
      return values && decodeStored(model, values);
    } catch (error) {
      if (isDamage(error)) return error.message;
      throw error;
    }
  }

  async #valuesOf(item: Item): Promise<Values | undefined> {
    if (item.gone?.BOOL) return undefined;
    if (item.packed) return JSON.parse(await this.#payloads.decode(item.packed)) as Values;
    return item.row?.M ?? {};
  }

  /** The attribute that holds a row. `place` is unique to this writing of it. */
  async attributeOf(model: ReadModel, values: Values, key: string, place: string): Promise<Item> {
    const bytes = Object.values(values).reduce((sum, value) => sum + payloadBytes(value), 0);
    if (bytes <= mostRowBytes) return { row: { M: values } };
    const what = `The row "${key}" of read model "${model.name}"`;
    return { packed: await this.#payloads.encode(JSON.stringify(values), what, () => `${home(model)}/${place}`) };
  }

  /** Every row as JSON text, by key or by place in the feed. */
  async all(model: ReadModel): Promise<Map<string, string>> {
    const pages = await Promise.all(
      (await this.partitionKeys(model)).map((partitionKey) => this.#rowsIn(model, partitionKey)),
    );
    return new Map(pages.flat());
  }

  /** Under which the rows of a model are. */
  async partitionKeys(model: ReadModel): Promise<readonly string[]> {
    return model.kind === "table" ? documentBuckets(model) : (await this.factPartitions(model)).map(({ key }) => key);
  }

  async #rowsIn(model: ReadModel, partitionKey: string): Promise<[string, string][]> {
    const rows: [string, string][] = [];
    for await (const item of this.#itemsIn(partitionKey)) {
      const row = await this.rowOf(model, item);
      const place = model.kind === "table" ? (item.sk?.S ?? "") : `${partitionKey}#${item.sk?.S}`;
      if (row) rows.push([place, JSON.stringify(row)]);
    }
    return rows;
  }

  /** Every document of a table and every tombstone, some at a time. */
  async *pages(model: ReadModel): AsyncGenerator<Item[]> {
    for (const bucket of documentBuckets(model)) {
      let page: Item[] = [];
      for await (const item of this.#itemsIn(bucket)) {
        page.push(item);
        if (page.length < mostInPage) continue;
        yield page;
        page = [];
      }
      yield page;
    }
  }

  /** The partitions of the feed that there are facts of, each with the partition key that holds them. */
  async factPartitions(model: ReadModel): Promise<{ readonly name: string; readonly key: string }[]> {
    const prefix = checkpointKey(model, "").sk.S ?? "";
    const names: string[] = [];
    for await (const { sk } of this.#itemsIn(home(model)))
      if (sk?.S?.startsWith(prefix)) names.push(sk.S.slice(prefix.length));
    return names.map((name) => ({ name, key: factsIn(model, name) }));
  }

  #itemsIn(partitionKey: string): AsyncGenerator<Item> {
    return this.#database.query({
      TableName: this.#table,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: partitionKey } },
    });
  }
}

/** The key of a document. */
export function keyOf(item: Item): string {
  return item.sk?.S ?? "";
}

/** A fault of what is stored, for good: text that is not JSON, bytes that do not inflate, a blob that is gone. */
function isDamage(error: unknown): error is Error {
  if (error instanceof SyntaxError) return true;
  if (error instanceof StoreFailureError) return error.cause === undefined;
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith("Z_");
}
