import { describe, expect, it } from "vitest";
import { RowDigest } from "./row-digest.ts";

function digestOf(values: readonly (readonly [key: string, value: number])[]): string {
  const digest = new RowDigest();
  for (const [key, value] of values) digest.add(key, { value });
  return digest.toString();
}

describe("the digest of rows", () => {
  it("is the same in whatever order rows and columns come", () => {
    const digests = [0, 1].map((turn) => {
      const digest = new RowDigest();
      digest.add(turn === 0 ? "a" : "b", turn === 0 ? { x: 1, y: [2] } : { x: null });
      digest.add(turn === 0 ? "b" : "a", turn === 0 ? { x: null } : { y: [2], x: 1 });
      return digest.toString();
    });

    expect(digests[1]).toBe(digests[0]);
  });

  it("is another one in each of its halves when two rows have swapped their values", () => {
    const numbers = Array.from({ length: 2_000 }, (_, index) => index);

    const alike = numbers.filter((n) => {
      const rows = digestOf([
        [`${n}`, n],
        [`${n + 1}`, n + 1],
      ]);
      const swapped = digestOf([
        [`${n}`, n + 1],
        [`${n + 1}`, n],
      ]);
      return rows.slice(0, 8) === swapped.slice(0, 8) || rows.slice(8) === swapped.slice(8);
    });

    expect(alike).toEqual([]);
  });

  it("counts a row that comes twice", () => {
    expect(digestOf([])).toBe("0000000000000000");
    expect(
      digestOf([
        ["a", 1],
        ["a", 1],
      ]),
    ).not.toBe(digestOf([["a", 1]]));
  });
});
