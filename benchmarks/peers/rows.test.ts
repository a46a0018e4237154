import { expect, it } from "vitest";
import { rowOf, withRatios } from "./rows.ts";
import type { TrialReport } from "./trial.ts";

const subject = (library: string) => ({ engine: "sqlite", question: "hot-stream", library }) as const;

const report = (count: number, values: Partial<TrialReport> = {}): TrialReport => {
  return { count, seconds: 1, p50Ms: 1, p99Ms: 2, peakMemoryMb: 100, ...values };
};

it("takes medians of rates, so that one slow repetition changes nothing", () => {
  expect(rowOf(subject("evtstore"), [report(100), report(3), report(110)]).perSecond).toBe(100);
});

it("is exact only if every repetition was", () => {
  const [right, wrong] = [report(1, { exact: true }), report(1, { exact: false })];

  expect(rowOf(subject("evtstore"), [right, right])).toMatchObject({ exact: true });
  expect(rowOf(subject("evtstore"), [right, wrong])).toMatchObject({ exact: false });
  expect(rowOf(subject("evtstore"), [report(1)])).not.toHaveProperty("exact");
});

it("counts retries for each success, and what was given up, over all repetitions", () => {
  const [few, many] = [report(10, { retries: 10, failures: 0 }), report(10, { retries: 50, failures: 4 })];

  expect(rowOf(subject("Castore"), [few, many])).toMatchObject({ retriesPerSuccess: 3, failures: 4 });
});

it("keeps the most memory of any repetition", () => {
  const [small, large] = [report(1, { peakMemoryMb: 90 }), report(1, { peakMemoryMb: 200 })];

  expect(rowOf(subject("Act"), [small, large, small]).peakMemoryMb).toBe(200);
});

it("tells what went wrong beside the figures of what went well", () => {
  const row = rowOf(subject("Act"), [{ error: "database is locked" }, report(50)]);

  expect(row).toMatchObject({ perSecond: 50, error: "database is locked" });
});

it("relates libraries to the bare driver, and this project to the best of the others", () => {
  const rates = { bare: 200, Foldstream: 100, evtstore: 10, Act: 20 };
  const rows = withRatios(Object.entries(rates).map(([library, rate]) => rowOf(subject(library), [report(rate)])));

  expect(rows.map(({ library, toBare, toBestPeer }) => [library, toBare, toBestPeer])).toEqual([
    ["bare", undefined, undefined],
    ["Foldstream", 0.5, 5],
    ["evtstore", 0.05, undefined],
    ["Act", 0.1, undefined],
  ]);
});
