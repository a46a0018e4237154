import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batches } from "./batches.ts";

describe("batches", () => {
  it("keep the order, leave nothing out, and are no larger than they may be, unless one item is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9)),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 12 }),
        (sizes, mostItems, mostBytes) => {
          const cut = [...batches(sizes, (size) => size, { mostItems, mostBytes })];

          expect(cut.flat()).toEqual(sizes);
          for (const batch of cut) {
            const bytes = batch.reduce((sum, size) => sum + size, 0);
            expect(batch.length).toBeGreaterThan(0);
            expect(batch.length === 1 || (batch.length <= mostItems && bytes <= mostBytes)).toBe(true);
          }
        },
      ),
    );
  });

  it("are as few as the order allows", () => {
    expect([...batches([3, 3, 3, 9, 1], (size) => size, { mostItems: 2, mostBytes: 6 })]).toEqual([
      [3, 3],
      [3],
      [9],
      [1],
    ]);
  });
});
