/** Index entries compared with their documents, and put right. Steps write them one after the other, so what is not right is looked at again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DerivedIndexes, IndexProblem, ReadModel, Row } from "foldstream/port";
import type { Database, Item, Key } from "../database/database.ts";
import { ConditionalCheckFailedException, DeleteItemCommand } from "../database/sdk.ts";
import { indexesHold } from "../read-model/definition.ts";
import { type Documents, keyOf } from "../read-model/documents.ts";
import { entryBuckets, entryKey, indexName } from "./entries.ts";
import type { IndexBuilder } from "./index-builder.ts";
import { sortKeyOf } from "./sort-key.ts";

/** What may not be right: a document that an index lacks, or an entry of an index that fits no document. */
interface Suspect {
  readonly index: string;
  readonly key: string;
  readonly entry?: Item;
}

const mostInPage = 500;
/** Times that a suspect must be found, and the pause between them: longer than a step that is on its way may take. */
const looks = 4;
const pauseMs = 500;

export class IndexAudit implements DerivedIndexes {
  readonly #database: Database;
  readonly #documents: Documents;
  readonly #builder: IndexBuilder;

  constructor(database: Database, documents: Documents, builder: IndexBuilder) {
    this.#database = database;
    this.#documents = documents;
    this.#builder = builder;
  }

  check(model: ReadModel, limit: number): Promise<readonly IndexProblem[]> {
    return this.#database.run("checking indexes", async () => {
      if (!(await indexesHold(this.#database, model))) return [];
      let suspects: Suspect[] = [];
      for await (const suspect of this.#suspects(model)) {
        suspects.push(suspect);
        if (suspects.length === limit) break;
      }
      for (let look = 1; look < looks && suspects.length > 0; look++) {
        await sleep(pauseMs);
        suspects = await this.#stillWrong(model, suspects);
      }
      return suspects.map(problemOf);
    });
  }

  rebuild(model: ReadModel): Promise<void> {
    return this.#database.run("mending indexes", async () => {
      for await (const { key, entry } of this.#suspects(model)) {
        // With a new revision first, so that a writer who has put this entry cannot write the document that belongs to it any more.
        await this.#builder.renew(model, key);
        if (entry) await this.#takeAway(entry);
      }
    });
  }

  async *#suspects(model: ReadModel): AsyncGenerator<Suspect> {
    if (model.indexes.length === 0) return;
    for await (const page of this.#documents.pages(model)) yield* await this.#lacking(model, page);
    for (const index of model.indexes)
      for (const bucket of entryBuckets(model, index))
        for await (const page of this.#entries(bucket)) yield* await this.#unfit(model, indexName(index), page);
  }

  /** What the indexes lack of these documents. */
  async #lacking(model: ReadModel, documents: readonly Item[]): Promise<Suspect[]> {
    const wanted = (await Promise.all(documents.map((item) => this.#wantedEntries(model, item)))).flat();
    const found = await this.#database.getMany(
      this.#database.tables.readModels,
      wanted.map(({ at }) => at),
    );
    const writings = new Map(found.map((entry) => [placeOf(entry), entry.writing?.S]));
    return wanted.filter(({ at, writing }) => writing === undefined || writings.get(placeOf(at)) !== writing);
  }

  async #wantedEntries(model: ReadModel, item: Item) {
    const row = await this.#readable(model, item);
    const key = keyOf(item);
    return model.indexes.flatMap((index) => {
      if (!row) return [];
      const name = indexName(index);
      const at = entryKey(model, key, name, { sortKey: sortKeyOf(model, index, row, key), writing: "" });
      return [{ index: name, key, at, writing: item.entries?.M?.[name]?.S }];
    });
  }

  /** Which of these entries are not where a document has them. What cannot be read is left to the audit of rows. */
  async #unfit(model: ReadModel, name: string, entries: readonly Item[]): Promise<Suspect[]> {
    const keys = entries.map((entry) => entry.key?.S ?? "").filter((key) => key !== "");
    const documents = new Map((await this.#documents.items(model, keys)).map((item) => [keyOf(item), item]));
    const suspects = entries.map(async (entry): Promise<Suspect[]> => {
      const key = entry.key?.S ?? "";
      const document = documents.get(key);
      const stored = document && (await this.#documents.storedRow(model, document));
      if (typeof stored === "string") return [];
      const at =
        stored && entryKey(model, key, name, { sortKey: sortKeyOf(model, name.split(","), stored, key), writing: "" });
      return at && placeOf(at) === placeOf(entry) ? [] : [{ index: name, key, entry }];
    });
    return (await Promise.all(suspects)).flat();
  }

  async #stillWrong(model: ReadModel, suspects: readonly Suspect[]): Promise<Suspect[]> {
    const again = suspects.map(async (suspect) => {
      const { index, key, entry } = suspect;
      if (entry) return (await this.#unfit(model, index, await this.#present(entry))).length > 0;
      const [before] = await this.#documents.items(model, [key]);
      const lacking = await this.#lacking(model, before ? [before] : []);
      const [after] = await this.#documents.items(model, [key]);
      return before?.revision?.S === after?.revision?.S && lacking.some((one) => one.index === index);
    });
    const wrong = await Promise.all(again);
    return suspects.filter((_, at) => wrong[at]);
  }

  async #present({ pk = { S: "" }, sk = { S: "" } }: Item): Promise<readonly Item[]> {
    return this.#database.getMany(this.#database.tables.readModels, [{ pk, sk } as Key]);
  }

  async *#entries(bucket: string): AsyncGenerator<Item[]> {
    let page: Item[] = [];
    const input = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": { S: bucket } } };
    for await (const entry of this.#database.query({ TableName: this.#database.tables.readModels, ...input })) {
      page.push(entry);
      if (page.length < mostInPage) continue;
      yield page;
      page = [];
    }
    yield page;
  }

  async #readable(model: ReadModel, item: Item): Promise<Row | undefined> {
    const stored = await this.#documents.storedRow(model, item);
    return typeof stored === "string" ? undefined : stored;
  }

  /** Unless it has become another writing's. */
  async #takeAway({ pk = { S: "" }, sk = { S: "" }, writing }: Item): Promise<void> {
    try {
      await this.#database.client.send(
        new DeleteItemCommand({
          TableName: this.#database.tables.readModels,
          Key: { pk, sk },
          ...(writing && {
            ConditionExpression: "writing = :writing",
            ExpressionAttributeValues: { ":writing": writing },
          }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

function problemOf({ index, key, entry }: Suspect): IndexProblem {
  return { index, key, problem: entry ? "an entry that fits no document" : "the entry of a document is missing" };
}

function placeOf({ pk, sk }: Item): string {
  return JSON.stringify([pk?.S, sk?.S]);
}
