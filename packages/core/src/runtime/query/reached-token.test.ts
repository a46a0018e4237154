import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { FeedPoint } from "../../port/event-feed.ts";
import { pointsReached, reachedToken } from "./reached-token.ts";

const points = fc.array(
  fc.record({ partition: fc.string({ unit: "grapheme" }), position: fc.nat() }) satisfies fc.Arbitrary<FeedPoint>,
  { minLength: 1 },
);

it("G6 stands for the furthest 32 places in each partition, whatever the partitions are called", () => {
  fc.assert(
    fc.property(points, (given) => {
      const found = pointsReached(reachedToken(given));

      const furthest = [...Map.groupBy(given, ({ partition }) => partition)].flatMap(([partition, here]) => {
        const positions = [...new Set(here.map(({ position }) => position))].sort((one, other) => other - one);
        return positions.slice(0, 32).map((position) => ({ partition, position }));
      });
      expect(found).toEqual(furthest);
    }),
  );
});

it("G6 keeps the furthest of many places", () => {
  const many = Array.from({ length: 100 }, (_, index) => ({ partition: "0", position: index + 1 }));

  const found = pointsReached(reachedToken(many));

  expect(found?.map(({ position }) => position)).toEqual(Array.from({ length: 32 }, (_, index) => 100 - index));
});

it("has neither a comma and a space nor anything that a header cannot hold", () => {
  fc.assert(
    fc.property(points, (given) => {
      expect(reachedToken(given)).toMatch(/^[!-~]+$/);
    }),
  );
});

it("leaves the tokens of stores alone", () => {
  expect(["0:12", "counter-1@7", ""].map(pointsReached)).toEqual([undefined, undefined, undefined]);
});

it.each(["reached:", "reached:0", "reached:0=", "reached:0=-1", "reached:0=1,", "reached:0=1.", "reached:%=1"])(
  "refuses %j",
  (token) => {
    expect(() => pointsReached(token)).toThrow(expect.objectContaining({ code: "invalid-token" }));
  },
);
