/** Reads every document or fact as it is stored, in one order over all the partition keys that they are spread over. */
import type { ReadModel, ScannedRow, ScanOptions, ScanPage } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import { QueryCommand } from "../database/sdk.ts";
import { includesOf } from "./document.ts";
import type { Documents } from "./documents.ts";
import { documentBuckets } from "./keys.ts";

/** Items of one partition key, in the order of their sort key. */
interface Stretch {
  readonly items: readonly Item[];
  /** There are more behind the last one. */
  readonly more: boolean;
}

export class DocumentScan {
  readonly #database: Database;
  readonly #documents: Documents;

  constructor(database: Database, documents: Documents) {
    this.#database = database;
    this.#documents = documents;
  }

  page(model: ReadModel, options: ScanOptions): Promise<ScanPage> {
    if (options.among) return this.#among(model, options.among);
    return model.kind === "facts" ? this.#facts(model, options) : this.#rows(model, options);
  }

  async #among(model: ReadModel, keys: readonly string[]): Promise<ScanPage> {
    const items = await this.#documents.items(model, keys);
    return { rows: (await this.#scanned(model, items, sortKeyOf)).sort(byKey) };
  }

  /** Each partition key holds a part of the keys, so the page ends where the first part that goes on does. */
  async #rows(model: ReadModel, { after, limit }: ScanOptions): Promise<ScanPage> {
    const keys = documentBuckets(model);
    const each = Math.max(1, Math.floor(limit / keys.length));
    const parts = await Promise.all(keys.map((key) => this.#stretch(key, after, each)));
    const ends = parts.filter(({ more }) => more).map(({ items }) => sortKeyOf(items.at(-1) as Item));
    const next = ends.sort(byText)[0];
    const items = parts.flatMap((part) => part.items);
    const within = items.filter((item) => next === undefined || byText(sortKeyOf(item), next) <= 0);
    const rows = (await this.#scanned(model, within, sortKeyOf)).sort(byKey);
    return { rows, ...(next !== undefined && { next }) };
  }

  async #facts(model: ReadModel, { after = "", limit }: ScanOptions): Promise<ScanPage> {
    const partitions = (await this.#documents.factPartitions(model)).sort((left, right) =>
      byText(left.name, right.name),
    );
    for (const [index, { name, key }] of partitions.entries()) {
      if (byText(endOf(name), after) <= 0) continue;
      const from = after.startsWith(`${name}#`) ? after.slice(name.length + 1) : undefined;
      const { items, more } = await this.#stretch(key, from, limit);
      const placeOf = (item: Item) => `${name}#${sortKeyOf(item)}`;
      const rows = await this.#scanned(model, items, placeOf);
      const last = items.at(-1);
      if (more && last) return { rows, next: placeOf(last) };
      if (index < partitions.length - 1) return { rows, next: endOf(name) };
      return { rows };
    }
    return { rows: [] };
  }

  async #stretch(partitionKey: string, after: string | undefined, limit: number): Promise<Stretch> {
    const { Items: items = [], LastEvaluatedKey } = await this.#database.client.send(
      new QueryCommand({
        TableName: this.#database.tables.readModels,
        KeyConditionExpression: after === undefined ? "pk = :pk" : "pk = :pk AND sk > :after",
        ExpressionAttributeValues: {
          ":pk": { S: partitionKey },
          ...(after !== undefined && { ":after": { S: after } }),
        },
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    return { items, more: LastEvaluatedKey !== undefined && items.length > 0 };
  }

  async #scanned(model: ReadModel, items: readonly Item[], keyOf: (item: Item) => string): Promise<ScannedRow[]> {
    const rows = items.map(async (item): Promise<ScannedRow | undefined> => {
      const stored = await this.#documents.storedRow(model, item);
      if (stored === undefined) return undefined;
      if (typeof stored === "string") return { key: keyOf(item), problem: stored };
      return { key: keyOf(item), row: stored, ...(model.kind === "table" && { includes: includesOf(item) }) };
    });
    return (await Promise.all(rows)).filter((row) => row !== undefined);
  }
}

/** Behind the facts of a partition. */
function endOf(partition: string): string {
  return `${partition}#~`;
}

function sortKeyOf(item: Item): string {
  return item.sk?.S ?? "";
}

/** As DynamoDB sorts text: by its bytes in UTF-8. */
function byText(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function byKey(left: ScannedRow, right: ScannedRow): number {
  return byText(left.key, right.key);
}
