/** Reads one read model. A key is read as it was last written; what searches makes that searchable first. */
import type { Column } from "foldstream";
import {
  checkedLimit,
  checkedOffset,
  checkSearchable,
  documentProblem,
  type FindOptions,
  knownColumn,
  type ReadModel,
  type ReadModelReader,
  type Row,
} from "foldstream/port";
import { OpenSearchIndexError } from "../errors.ts";
import type { Search, Service } from "../service/service.ts";
import { type Document, decodeRow } from "./document.ts";
import { longestTerm, mostResults } from "./indexes.ts";
import type { Refreshes } from "./refreshes.ts";
import { indexedWords } from "./words.ts";

export interface ReaderSide {
  readonly service: Service;
  readonly refreshes: Refreshes;
  readonly index: string;
}

const byKey = { key: "asc" };

export function openSearchReader({ service, refreshes, index }: ReaderSide, model: ReadModel): ReadModelReader {
  const rows = async (search: Search): Promise<Row[]> => {
    await refreshes.take(index);
    return (await service.search<Document>(index, search)).map((document) => decodeRow(model, document));
  };
  return {
    async get(key) {
      if (model.kind === "facts") return undefined;
      const [found] = await service.getMany<Document>(index, key === "" ? [] : [key]);
      return found && !found.document.gone ? decodeRow(model, found.document) : undefined;
    },

    async find({ where, orderBy = [], limit, offset }: FindOptions<Row> = {}) {
      const query = queryOf(model, where);
      const sort = [...orderBy.map((by) => sortBy(model, by)), byKey];
      return rows({ query, sort, ...pageOf(checkedOffset(offset), checkedLimit(limit)) });
    },

    async count(where) {
      const query = queryOf(model, where);
      await refreshes.take(index);
      return service.count(index, query);
    },

    async search(text, { limit } = {}) {
      checkSearchable(model);
      const size = checkedLimit(limit);
      const words = indexedWords(text);
      if (words.length === 0) return [];
      return rows({ query: wordQuery(model, words), sort: [{ _score: "desc" }, byKey], size });
    },
  };
}

/** What is there. */
export const notGone = { must_not: [{ term: { gone: true } }] };

function queryOf(model: ReadModel, where: Partial<Row> = {}): object {
  const wanted = Object.entries(where).filter(([, value]) => value !== undefined);
  return {
    bool: { filter: wanted.map(([name, value]) => condition(model, knownColumn(model, name), value)), ...notGone },
  };
}

function condition({ columns }: ReadModel, name: string, value: unknown): object {
  const column = columns[name] as Column;
  if (value === null && column.type !== "json") return { term: { nulls: name } };
  // What the column cannot hold, no row has.
  if (documentProblem(column, value)) return { match_none: {} };
  const term = column.type === "json" ? JSON.stringify(value) : value;
  if (typeof term === "string" && term.length > longestTerm) throw tooLong(name, term);
  return { term: { [`row.${name}`]: { value: term } } };
}

/** Null comes before everything. */
function sortBy(model: ReadModel, [name, order]: readonly [string, "asc" | "desc"]): object {
  const missing = order === "asc" ? "_first" : "_last";
  return { [`row.${knownColumn(model, name)}`]: { order, missing } };
}

function pageOf(from: number, size: number): Pick<Search, "from" | "size"> {
  if (from + size <= mostResults) return { from, size };
  const message = `OpenSearch reads the first ${mostResults} rows of an order; rows ${from} to ${from + size} were asked for. Narrow the question with where.`;
  throw new OpenSearchIndexError("too-far", message);
}

/** A row must hold a word beginning with each; each column counts ten times as much as the next. */
function wordQuery({ search }: ReadModel, words: readonly string[]): object {
  const fields = search.map((name, place) => `words.${name}^${10 ** (search.length - place - 1)}`);
  const must = words.map((query) => ({ multi_match: { query, type: "bool_prefix", fields } }));
  return { bool: { must, ...notGone } };
}

function tooLong(name: string, value: string): OpenSearchIndexError {
  return new OpenSearchIndexError(
    "too-long",
    `OpenSearch finds text of up to ${longestTerm} characters by equality; column "${name}" was compared with ${value.length}.`,
  );
}
