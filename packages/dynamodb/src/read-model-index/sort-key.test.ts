import * as fc from "fast-check";
import { type Column, t } from "foldstream";
import { memoryReader } from "foldstream/memory";
import type { ReadModel } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { mostKeyBytes } from "../read-model/keys.ts";
import { beginningOf, groupOf, sortKeyOf } from "./sort-key.ts";
import { sortable } from "./sortable.ts";

const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("\u0000", "\u0001", "\u0002", "a", "-") }),
);
const kinds: readonly (readonly [string, Column, fc.Arbitrary<unknown>])[] = [
  ["text", t.text({ nullable: true }), fc.option(texts)],
  ["integer", t.integer({ nullable: true }), fc.option(fc.maxSafeInteger())],
  ["real", t.real({ nullable: true }), fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))],
  ["boolean", t.boolean({ nullable: true }), fc.option(fc.boolean())],
];

/** In the order that the port promises. */
async function sorted(column: Column, values: readonly unknown[]): Promise<unknown[]> {
  const model: ReadModel = { name: "m", version: 1, kind: "table", columns: { column }, indexes: [], search: [] };
  const rows = new Map(values.map((value, index) => [String(index), JSON.stringify({ column: value })]));
  const found = await memoryReader(model, rows).find({ orderBy: [["column", "asc"]] });
  return found.map((row) => row.column);
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

describe("values in sort keys", () => {
  it.each(kinds)("sort as %s columns do, and differ where the values do", async (_, column, values) => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(values, { comparator: "SameValueZero" }), async (some) => {
        const bySortKey = [...some].sort((left, right) => byBytes(sortable(column, left), sortable(column, right)));
        expect(JSON.stringify(bySortKey)).toBe(JSON.stringify(await sorted(column, some)));
        expect(new Set(some.map((value) => sortable(column, value))).size).toBe(some.length);
      }),
    );
  });
});

describe("sort keys", () => {
  const columns = { id: t.key(), a: t.text(), b: t.text() };
  const model: ReadModel = { name: "m", version: 1, kind: "table", columns, indexes: [["a", "b"]], search: [] };
  const long = fc.oneof(
    texts,
    fc.integer({ min: 1, max: 900 }).map((length) => "é👍x".repeat(length)),
  );
  type Row = Readonly<Record<"id" | "a" | "b", string>>;
  const rows = fc.record({ id: fc.string({ minLength: 1, maxLength: 250 }), a: long, b: long });
  const index = ["a", "b"] as const;
  function expectOrder(left: Row, right: Row, through: 1 | 2 | undefined): void {
    const compared = through === undefined ? (["a", "b", "id"] as const) : index.slice(0, through);
    const wanted = compared.map((name) => byBytes(left[name], right[name])).find((order) => order !== 0) ?? 0;
    const [first, second] = [sortKeyOf(model, index, left, left.id), sortKeyOf(model, index, right, right.id)];
    if (groupOf(first, through) !== groupOf(second, through)) expect(byBytes(first, second)).toBe(wanted);
  }

  it("fit into DynamoDB's, and begin as conditions on their first columns say", () => {
    fc.assert(
      fc.property(rows, (row) => {
        const sortKey = sortKeyOf(model, index, row, row.id);
        expect(Buffer.byteLength(sortKey)).toBeLessThanOrEqual(mostKeyBytes);
        expect(sortKey.startsWith(beginningOf(model, ["a"], row))).toBe(true);
        expect(sortKey.startsWith(beginningOf(model, ["a", "b"], row))).toBe(true);
      }),
    );
  });

  it("come in the order of the columns and the key, but for those of one group", () => {
    fc.assert(fc.property(rows, rows, fc.constantFrom(undefined, 1, 2), expectOrder));
  });

  it("come in that order wherever a character of several bytes is cut, whether a digest follows or not", () => {
    const lengths = Array.from({ length: 24 }, (_, index) => 126 + index);
    const some = lengths.map((length): Row => ({ id: "1", a: "é👍x".repeat(length), b: "" }));
    for (const left of some)
      for (const right of some) for (const through of [undefined, 1, 2] as const) expectOrder(left, right, through);
  });

  it("of equal values are of one group, those of other values are not as long as they are short", () => {
    const at = (a: string, b: string, id: string) => groupOf(sortKeyOf(model, index, { a, b }, id), 1);

    expect(at("x", "1", "k")).toBe(at("x", "2", "other"));
    expect(at("x", "1", "k")).not.toBe(at("xy", "1", "k"));
    expect(groupOf(sortKeyOf(model, index, { a: "x", b: "1" }, "k"), undefined)).not.toBe(
      groupOf(sortKeyOf(model, index, { a: "x", b: "1" }, "l"), undefined),
    );
  });
});
