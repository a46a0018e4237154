import { expect, it } from "vitest";
import type { PeerRow } from "./rows.ts";
import { trend } from "./trend.ts";

const row = (toBare: number, values: Partial<PeerRow> = {}): PeerRow => ({
  engine: "sqlite",
  question: "read",
  library: "Foldstream",
  perSecond: 1,
  p50Ms: 1,
  p99Ms: 1,
  peakMemoryMb: 1,
  toBare,
  ...values,
});

it("marks a ratio that has fallen by more than a machine drifts, and no other", () => {
  expect(trend([row(0.79)], [row(1)])).toEqual(["sqlite, read: 0.79 of the bare driver, stored 1, LESS THAN BEFORE"]);
  expect(trend([row(0.81)], [row(1)])).toEqual(["sqlite, read: 0.81 of the bare driver, stored 1"]);
});

it("compares with the same question on the same engine, and with this project's own row", () => {
  const others = [row(9, { engine: "postgres" }), row(9, { question: "batches" }), row(9, { library: "evtstore" })];

  expect(trend([row(0.5)], others)).toEqual(["sqlite, read: 0.5 of the bare driver, nothing stored"]);
});
