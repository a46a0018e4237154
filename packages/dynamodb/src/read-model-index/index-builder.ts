/** Puts documents into indexes that they were written without. */
import { randomBytes } from "node:crypto";
import type { ReadModel, Row } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import { ConditionalCheckFailedException, UpdateItemCommand } from "../database/sdk.ts";
import { type Documents, keyOf } from "../read-model/documents.ts";
import { inParallel } from "../read-model/in-parallel.ts";
import { documentKey } from "../read-model/keys.ts";
import { type Entries, entriesAttribute, entriesFor, entriesOf, entryItem, indexName } from "./entries.ts";

export class IndexBuilder {
  readonly #database: Database;
  readonly #documents: Documents;
  readonly #table: string;

  constructor(database: Database, documents: Documents) {
    this.#database = database;
    this.#documents = documents;
    this.#table = database.tables.readModels;
  }

  /** Every document of a read model; those that are in all indexes are only read. */
  async build(model: ReadModel): Promise<void> {
    if (model.indexes.length === 0) return;
    for await (const page of this.#documents.pages(model)) {
      await inParallel(page, async (item) => {
        await this.enter(model, item);
      });
    }
  }

  /** The document in all declared indexes. It gets a new revision, so that a writer who does not know of the index loses to this. */
  async enter(model: ReadModel, document: Item): Promise<Item> {
    let item = document;
    for (;;) {
      const row = await this.#documents.rowOf(model, item);
      if (!row || isEntered(model, item)) return item;
      const entered = await this.#enter(model, item, row);
      if (entered) return entered;
      const newer = await this.#database.get(this.#table, documentKey(model, keyOf(item)), true);
      if (!newer) return item;
      item = newer;
    }
  }

  /** The document of a key in all declared indexes anew, whatever it is said to be in, and with a new revision. */
  async renew(model: ReadModel, key: string): Promise<void> {
    for (let entered = false; !entered; ) {
      const item = key && (await this.#database.get(this.#table, documentKey(model, key), true));
      const row = item && (await this.#documents.storedRow(model, item));
      if (!item || row === undefined || typeof row === "string") return;
      entered = (await this.#enter(model, item, row, {})) !== undefined;
    }
  }

  /** Nothing when the document has changed. */
  async #enter(
    model: ReadModel,
    item: Item,
    row: Row,
    before: Entries = entriesOf(model, item, row),
  ): Promise<Item | undefined> {
    const key = keyOf(item);
    const id = randomBytes(8).toString("base64url");
    const after = { ...before, ...entriesFor(model, key, row, id, before) };
    const entering = Object.entries(after).filter(([, { writing }]) => writing === id);
    await this.#database.putMany(
      this.#table,
      entering.map(([name, entry]) => entryItem(model, key, name, entry)),
    );
    try {
      const { Attributes } = await this.#database.client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: documentKey(model, key),
          UpdateExpression: "SET revision = :id, entries = :entries",
          ConditionExpression: "revision = :revision OR revision = :id",
          ExpressionAttributeValues: {
            ":id": { S: id },
            ":revision": item.revision ?? { S: "" },
            ":entries": entriesAttribute(after).entries ?? { M: {} },
          },
          ReturnValues: "ALL_NEW",
        }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}

function isEntered({ indexes }: ReadModel, { entries }: Item): boolean {
  return indexes.every((index) => entries?.M?.[indexName(index)] !== undefined);
}
