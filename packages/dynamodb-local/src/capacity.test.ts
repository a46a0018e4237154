import { describe, expect, it } from "vitest";
import { readUnits, writeUnits } from "./capacity.ts";
import { itemBytes } from "./item-size.ts";

describe("consumed capacity, on the documented examples", () => {
  it("counts reads in steps of 4 KB", () => {
    expect(readUnits(3_500, "strong")).toBe(1);
    expect(readUnits(10 * 1_024, "strong")).toBe(3);
    expect(readUnits(6 * 1_024, "eventual")).toBe(1);
    expect(readUnits(8 * 1_024, "strong")).toBe(2);
    expect(readUnits(8 * 1_024, "eventual")).toBe(1);
    expect(readUnits(8 * 1_024, "transaction")).toBe(4);
    expect(readUnits(0, "eventual")).toBe(0.5);
  });

  it("counts writes in steps of 1 KB of the larger image", () => {
    expect(writeUnits(0, 512)).toBe(1);
    expect(writeUnits(0, 1.5 * 1_024)).toBe(2);
    expect(writeUnits(2 * 1_024, 100)).toBe(2);
    expect(writeUnits(0, 2 * 1_024, true)).toBe(4);
    expect(writeUnits(0, 0)).toBe(1);
  });
});

describe("the size of an item", () => {
  it("is that of names and values in UTF-8", () => {
    expect(itemBytes({ "shirt-color": { S: "R" }, "shirt-size": { S: "M" } })).toBe(23);
    expect(itemBytes({ é: { S: "👍" } })).toBe(6);
  });

  it("counts a number by its significant digits", () => {
    expect(itemBytes({ n: { N: "27" } })).toBe(1 + 2);
    expect(itemBytes({ n: { N: "-27" } })).toBe(1 + 3);
    expect(itemBytes({ n: { N: "100000" } })).toBe(1 + 2);
    expect(itemBytes({ n: { N: "0.00123" } })).toBe(1 + 3);
  });

  it("counts lists and maps with three bytes, and one for each member", () => {
    expect(itemBytes({ l: { L: [{ S: "ab" }, { NULL: true }] } })).toBe(1 + 3 + 3 + 2);
    expect(itemBytes({ m: { M: { a: { BOOL: true } } } })).toBe(1 + 3 + 2 + 1);
    expect(itemBytes({ b: { B: Buffer.from("hello").toString("base64") } })).toBe(1 + 5);
  });
});
