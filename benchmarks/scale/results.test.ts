import { expect, it } from "vitest";
import { upTo } from "./axis.ts";
import { type ScaleRow, seriesOf } from "./results.ts";

const row = (x: number, y: number, values: Partial<ScaleRow> = {}): ScaleRow => {
  return { engine: "sqlite", axis: "log", x, y, series: "start-up", unit: "ms", constant: true, ...values };
};

it("tells how much each series grew from its first point to its last", () => {
  const [startUp, append] = seriesOf([row(10, 2), row(10, 5, { series: "append" }), row(100, 3)]);

  expect(startUp).toMatchObject({
    series: "start-up",
    growth: 1.5,
    points: [
      { x: 10, y: 2 },
      { x: 100, y: 3 },
    ],
  });
  expect(append).toMatchObject({ series: "append", growth: 1 });
});

it("keeps series of other engines and axes apart", () => {
  expect(seriesOf([row(1, 1), row(1, 1, { engine: "postgres" }), row(1, 1, { axis: "length" })])).toHaveLength(3);
});

it("leaves out sizes beyond the scale, but never shows one size alone", () => {
  const growth = { newPlace: () => Promise.reject(new Error("unused")), largest: false };

  expect(upTo([1, 100, 1_000], { ...growth, scale: 1 })).toEqual([1, 100, 1_000]);
  expect(upTo([1, 100, 1_000], { ...growth, scale: 0.1 })).toEqual([1, 100]);
  expect(upTo([1, 100, 1_000], { ...growth, scale: 0.0001 })).toEqual([1, 100]);
});
