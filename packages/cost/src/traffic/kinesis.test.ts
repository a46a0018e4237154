import { expect, it } from "vitest";
import { payloadUnits, shardsFor } from "./kinesis.ts";

const kilobyte = 1_024;

it("takes as many shards as AWS's own example: four for 100 records of 35 KB a second", () => {
  expect(shardsFor({ perSecond: 100, bytes: 35 * kilobyte })).toBe(4);
  expect(shardsFor({ perSecond: 2_500, bytes: 100 })).toBe(3);
  expect(shardsFor({ perSecond: 0, bytes: 100 })).toBe(1);
});

it("counts payload units as AWS does: one for 5 KB, two for 45 KB", () => {
  expect([5, 45].map((size) => payloadUnits(size * kilobyte))).toEqual([1, 2]);
});
