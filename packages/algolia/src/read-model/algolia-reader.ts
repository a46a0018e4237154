/**
 * Reads one read model. A key is one request, and a search some; anything else reads every record and chooses in memory: for orders an
 * index has one, and what it filters by is not told apart by capital letters.
 */
import { memoryReader } from "foldstream/memory";
import {
  checkedLimit,
  checkSearchable,
  knownColumn,
  type ReadModel,
  type ReadModelReader,
  type Row,
  wordsOf,
} from "foldstream/port";
import type { Service } from "../service/service.ts";
import { notGone, type RowRecord, rowOf } from "./record.ts";

export function algoliaReader(service: Service, index: string, model: ReadModel): ReadModelReader {
  const overNone = memoryReader(model, new Map());
  const all = async (): Promise<ReadonlyMap<string, string>> => {
    const rows = new Map<string, string>();
    for await (const record of service.browseAll<RowRecord>(index, notGone)) rows.set(...entryOf(model, record));
    return rows;
  };
  return {
    async get(key) {
      if (model.kind === "facts" || key === "") return undefined;
      const found = await service.get<RowRecord>(index, key);
      return found && found.body.gone !== 1 ? rowOf(model, found.body) : undefined;
    },

    async find(options = {}) {
      // What is refused is refused before anything is read.
      await overNone.find(options);
      checkColumns(model, options.where);
      return memoryReader(model, await all()).find(options);
    },

    async count(where) {
      checkColumns(model, where);
      return memoryReader(model, await all()).count(where);
    },

    async search(text, { limit } = {}) {
      checkSearchable(model);
      const wanted = checkedLimit(limit);
      const words = wordsOf(text);
      return words.length === 0 ? [] : search({ service, index, model, words }, wanted);
    },
  };
}

interface SearchSide {
  readonly service: Service;
  readonly index: string;
  readonly model: ReadModel;
  readonly words: readonly string[];
}

/** In the service's order. It may find more than was asked for, such as parts of words in scripts without spaces: that is left out. */
async function search({ service, index, model, words }: SearchSide, wanted: number): Promise<Row[]> {
  const query = words.join(" ");
  const rows: Row[] = [];
  for (let page = 0; ; page++) {
    const { bodies, more } = await service.search<RowRecord>(index, { query, filters: notGone, page, size: wanted });
    const reader = memoryReader(model, new Map(bodies.map((record) => entryOf(model, record))));
    const holding = new Set((await reader.search(query, { limit: wanted })).map((row) => JSON.stringify(row)));
    rows.push(...bodies.map((record) => rowOf(model, record)).filter((row) => holding.has(JSON.stringify(row))));
    if (!more || rows.length >= wanted) return rows.slice(0, wanted);
  }
}

function entryOf(model: ReadModel, record: RowRecord): [string, string] {
  return [record.key, JSON.stringify(rowOf(model, record))];
}

function checkColumns(model: ReadModel, where: Partial<Row> = {}): void {
  for (const name of Object.keys(where)) knownColumn(model, name);
}
