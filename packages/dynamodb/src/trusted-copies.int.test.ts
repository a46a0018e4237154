import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { t } from "foldstream";
import { factPlace, type ReadModel } from "foldstream/port";
import { describe, onTestFinished, vi } from "vitest";
import type { BehindItsBack, TargetDamage } from "../../../tests/targets/behind-its-back.ts";
import { describeTrustedCopies } from "../../../tests/targets/trusted-copies.ts";
import {
  clientConfig,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../test/local-engine.ts";
import type { Item, Key } from "./database/database.ts";
import { tableNames } from "./database/tables.ts";
import { documentKey, factKey } from "./read-model/keys.ts";
import { inIndex } from "./read-model-index/entries.ts";
import { sortKeyOf } from "./read-model-index/sort-key.ts";

vi.setConfig({ testTimeout: slowEngineMs });

/** The items of one table. */
class Items {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async get(key: Key): Promise<Item> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: key, ConsistentRead: true }),
    );
    if (!item) throw new Error(`There is no item ${JSON.stringify(key)}.`);
    return item;
  }

  async put(item: Item): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item }));
  }

  async remove(key: Key): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: key }));
  }
}

interface BehindDynamoDb extends BehindItsBack {
  readonly items: Items;
}

function attributeOf(value: unknown): AttributeValue {
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  return { S: typeof value === "string" ? value : JSON.stringify(value) };
}

function keyOf(name: string, key: string): Key {
  const model = { name, version: 1 } as ReadModel;
  if (name !== "shelvings") return documentKey(model, key);
  const { partition, position, index } = factPlace(key);
  return factKey(model, partition, position, index);
}

function behind(items: Items): BehindDynamoDb {
  const change = async (name: string, key: string, column: string, value: AttributeValue) => {
    const item = await items.get(keyOf(name, key));
    await items.put({ ...item, row: { M: { ...item.row?.M, [column]: value } } });
  };
  return {
    items,
    change: (name, key, column, value) => change(name, key, column, attributeOf(value)),
    spoil: (name, key) => change(name, key, "tags", { S: '["a", ' }),
    remove: (name, key) => items.remove(keyOf(name, key)),
    async copy(name, from, to) {
      const item = await items.get(keyOf(name, from));
      const row = name === "books" ? { ...item.row?.M, id: { S: to } } : item.row?.M;
      await items.put({ ...item, ...keyOf(name, to), row: { M: row ?? {} } });
    },
  };
}

const books = { name: "books", version: 1, columns: { pages: t.integer() } } as unknown as ReadModel;

/** Where the index by pages has a book. */
function entryKey(pages: number, id = "one"): Key {
  const bucket = documentKey(books, id).pk.S ?? "";
  return { pk: { S: inIndex(bucket, "pages") }, sk: { S: sortKeyOf(books, ["pages"], { pages }, id) } };
}

/** Damages to the index alone: rows are as they should be. */
const indexDamages: readonly TargetDamage[] = [
  indexDamage("an index entry removed", 1, (items) => items.remove(entryKey(200))),
  indexDamage("an index entry of a document that is not there", 1, (items) =>
    items.put({ ...entryKey(7, "ghost"), key: { S: "ghost" }, writing: { S: "none" } }),
  ),
  indexDamage("an index entry that names nothing", 1, (items) => items.put(entryKey(7, "ghost"))),
  indexDamage("an index entry at another place", 2, async (items) => {
    const entry = await items.get(entryKey(200));
    await items.remove(entryKey(200));
    await items.put({ ...entry, ...entryKey(100) });
  }),
  indexDamage("an index entry twice", 1, async (items) => {
    await items.put({ ...(await items.get(entryKey(200))), ...entryKey(100) });
  }),
  indexDamage("an index entry of another writing", 1, async (items) => {
    await items.put({ ...(await items.get(entryKey(200))), writing: { S: "another" } });
  }),
  indexDamage("a document that says it is in no index", 1, async (items) => {
    const { entries: _, ...document } = await items.get(documentKey(books, "one"));
    await items.put(document);
  }),
];

function indexDamage(what: string, indexes: number, run: (items: Items) => Promise<unknown>): TargetDamage {
  return { what, found: [], indexes, run: async (target) => void (await run((target as BehindDynamoDb).items)) };
}

describe.skipIf(withoutDynamoDb)(`on a local engine${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();

  describeTrustedCopies({
    name: "DynamoDB",
    keeps: { words: false, nulls: false, entries: true },
    more: indexDamages,
    isSlow: true,
    async open() {
      const options = freshOptions();
      const target = await openEngine({ ...options, recorder: "elsewhere" });
      const client = new DynamoDBClient(clientConfig());
      onTestFinished(() => client.destroy());
      return { target, behind: behind(new Items(client, tableNames(options.tablePrefix).readModels)) };
    },
  });
});
