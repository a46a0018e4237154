/** The one small domain of all suites: counters in the log, a library's books and loans in the read models. */
import { t } from "foldstream";
import type { EventToAppend, ReadModel, ReceiptToAppend, Row, StreamWrite } from "foldstream/port";

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Seven in the evening of a day in November, and not a whole second. */
const recordedAt = Date.UTC(2025, 10, 21, 19, 4, 5, 678);

export function incremented(by = 1, change: Partial<EventToAppend> = {}): EventToAppend {
  return {
    type: "counter.Incremented",
    schemaVersion: 1,
    data: JSON.stringify({ by }),
    recordedAt,
    metadata: { commandId: `command-${by}`, causationId: `command-${by}`, correlationId: `command-${by}` },
    ...change,
  };
}

/** That many events, each incrementing by its index. */
export function increments(count: number): EventToAppend[] {
  return range(count).map((by) => incremented(by));
}

export function receipt(commandId: string, version: number): ReceiptToAppend {
  return { commandId, fingerprint: `fingerprint of ${commandId}`, version };
}

export function write(
  stream: string,
  expected: number,
  events: readonly EventToAppend[] = [incremented()],
  receipts: readonly ReceiptToAppend[] = [],
): StreamWrite {
  return { stream, expected, events, receipts };
}

/** A table with every type of column, some of them nullable, an index and search. */
export const books: ReadModel = {
  name: "books",
  version: 1,
  kind: "table",
  columns: {
    id: t.key(),
    title: t.text(),
    author: t.text({ nullable: true }),
    pages: t.integer(),
    shelf: t.integer({ nullable: true }),
    rating: t.real(),
    price: t.real({ nullable: true }),
    inPrint: t.boolean(),
    lent: t.boolean({ nullable: true }),
    addedAt: t.timestamp(),
    soldAt: t.timestamp({ nullable: true }),
    details: t.json(),
  },
  indexes: [["author", "pages"], ["inPrint"]],
  search: ["title", "author"],
};

export function book(change: Row = {}): Row {
  return {
    title: "Untitled",
    author: null,
    pages: 100,
    shelf: null,
    rating: 3.5,
    price: null,
    inPrint: true,
    lent: null,
    addedAt: "2025-11-21T19:04:05.678Z",
    soldAt: null,
    details: null,
    ...change,
  };
}

/** Facts, without search. */
export const loans: ReadModel = {
  name: "loans",
  version: 1,
  kind: "facts",
  columns: { book: t.text(), days: t.integer() },
  indexes: [],
  search: [],
};
