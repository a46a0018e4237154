/**
 * Reads one read model. A key is one request; what an index answers reads that much of it; anything else reads every document of the
 * read model and chooses in memory, so that it gives what the other engines give.
 */
import { memoryReader } from "foldstream/memory";
import {
  checkedLimit,
  checkedOffset,
  type FindOptions,
  knownColumn,
  type ReadModel,
  type ReadModelReader,
  type Row,
} from "foldstream/port";
import type { Database } from "../database/database.ts";
import { IndexReader, type Rows } from "../read-model-index/index-reader.ts";
import { planFor } from "../read-model-index/plan.ts";
import { indexesHold } from "./definition.ts";
import type { Documents } from "./documents.ts";
import { mostKeyBytes } from "./keys.ts";

export function documentReader(database: Database, documents: Documents, model: ReadModel): ReadModelReader {
  const overNone = memoryReader(model, new Map());
  const byIndex = new IndexReader(database, documents);
  /** Enough of the rows to answer from: what an index finds, as long as it is kept up; else all. */
  const rowsFor = async (options: FindOptions<Row>, rows: number): Promise<Rows> => {
    const plan = planFor(model, options);
    const found = plan && (await byIndex.rows(model, plan, { where: options.where, rows }));
    return found && (await indexesHold(database, model)) ? found : documents.all(model);
  };
  return {
    async get(key): Promise<Row | undefined> {
      if (model.kind === "facts" || key === "" || Buffer.byteLength(key) > mostKeyBytes) return undefined;
      return database.run("a query", () => documents.get(model, key));
    },

    find: (options = {}) =>
      database.run("a query", async () => {
        // What is refused is refused before anything is read.
        await overNone.find(options);
        checkColumns(model, options.where);
        const first = checkedOffset(options.offset) + checkedLimit(options.limit);
        return memoryReader(model, await rowsFor(options, first)).find(options);
      }),

    count: (where) =>
      database.run("a query", async () => {
        checkColumns(model, where);
        return memoryReader(model, await rowsFor(where ? { where } : {}, Number.POSITIVE_INFINITY)).count(where);
      }),

    search: (text, options) =>
      database.run("a query", async () => {
        await overNone.search(text, options);
        return memoryReader(model, await documents.all(model)).search(text, options);
      }),
  };
}

function checkColumns(model: ReadModel, where: Partial<Row> = {}): void {
  for (const name of Object.keys(where)) knownColumn(model, name);
}
