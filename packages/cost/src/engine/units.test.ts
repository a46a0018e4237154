import { expect, it } from "vitest";
import { readUnits, writeUnits } from "./units.ts";

const kilobyte = 1_024;

it("counts as AWS's own examples do: 3 write units for 3 KB, 2 read units for 8 KB", () => {
  expect([0, 1, 1.01, 3].map((size) => writeUnits(size * kilobyte))).toEqual([1, 1, 2, 3]);
  expect([0, 4, 4.01, 8].map((size) => readUnits(size * kilobyte))).toEqual([1, 1, 2, 2]);
});
