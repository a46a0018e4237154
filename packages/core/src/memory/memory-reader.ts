/** Reads one read model in memory. */
import type { FindOptions, ReadModel, ReadModelReader, Row } from "../port/read-model-store.ts";
import { checkedLimit, checkedOffset, checkSearchable, knownColumn } from "../port/reader-input.ts";
import { wordsOf } from "../port/words.ts";
import { compareText } from "./compare-text.ts";

/** `rows` are JSON texts by key, or by place in the feed in an order that sorts as text. */
export function memoryReader(model: ReadModel, rows: ReadonlyMap<string, string>): ReadModelReader {
  const matching = (where: Partial<Row> = {}): Row[] =>
    [...rows]
      .sort(([left], [right]) => compare(left, right))
      .map(([, text]): Row => JSON.parse(text))
      .filter((row) => Object.entries(where).every(([name, value]) => same(row[knownColumn(model, name)], value)));
  return {
    async get(key) {
      const text = model.kind === "table" ? rows.get(key) : undefined;
      return text === undefined ? undefined : JSON.parse(text);
    },

    async find({ where, orderBy = [], limit, offset }: FindOptions<Row> = {}) {
      const found = matching(where);
      for (const [name] of orderBy) knownColumn(model, name);
      found.sort((left, right) => inOrder(left, right, orderBy));
      const first = checkedOffset(offset);
      return found.slice(first, first + checkedLimit(limit));
    },

    async count(where) {
      return matching(where).length;
    },

    async search(text, { limit } = {}) {
      checkSearchable(model);
      const words = wordsOf(text);
      if (words.length === 0) return [];
      return matching()
        .map((row) => ({ row, rank: rank(model, row, words) }))
        .filter(({ rank: place }) => place !== undefined)
        .sort((left, right) => (left.rank as number) - (right.rank as number))
        .slice(0, checkedLimit(limit))
        .map(({ row }) => row);
    },
  };
}

/** Place of the first searched column that holds any of the words; nothing when some word is nowhere. */
function rank(model: ReadModel, row: Row, words: readonly string[]): number | undefined {
  const columns = model.search.map((name) => wordsOf(String(row[name] ?? "")));
  const holds = (column: readonly string[], word: string) => column.some((candidate) => candidate.startsWith(word));
  if (!words.every((word) => columns.some((column) => holds(column, word)))) return undefined;
  return columns.findIndex((column) => words.some((word) => holds(column, word)));
}

function inOrder(left: Row, right: Row, orderBy: readonly (readonly [string, "asc" | "desc"])[]): number {
  for (const [name, direction] of orderBy) {
    const order = compare(left[name], right[name]);
    if (order !== 0) return direction === "asc" ? order : -order;
  }
  return 0;
}

/** Null first, then as the values compare. */
function compare(left: unknown, right: unknown): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  return (left as number) < (right as number) ? -1 : 1;
}

/** As JSON, which is how rows are held. A condition that is `undefined` does not restrict. */
function same(value: unknown, wanted: unknown): boolean {
  return wanted === undefined || JSON.stringify(value) === JSON.stringify(wanted);
}
