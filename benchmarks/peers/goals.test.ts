import { expect, it } from "vitest";
import { judged } from "./goals.ts";
import type { PeerRow } from "./rows.ts";

const row = (values: Partial<PeerRow>): PeerRow => ({
  engine: "sqlite",
  question: "hot-stream",
  library: "Foldstream",
  perSecond: 50_000,
  p50Ms: 1,
  p99Ms: 2,
  peakMemoryMb: 100,
  toBestPeer: 400,
  ...values,
});

it("meets a goal by its ratio, and tells what was found", () => {
  expect(judged([row({})])).toEqual([
    {
      engine: "sqlite",
      question: "hot-stream",
      goal: "times the best peer, exact",
      wanted: 50,
      found: 400,
      met: true,
    },
  ]);
});

it("misses the goal of the hot stream when the total is not exact, however fast it was", () => {
  expect(judged([row({ exact: false })])[0]).toMatchObject({ found: 0, met: false });
});

it("misses a goal when a repetition failed", () => {
  expect(judged([row({ error: "no answer" })])[0]).toMatchObject({ met: false });
});

it("takes less for better where a time is asked for, on the embedded engine only", () => {
  const visible = { question: "visible", p99Ms: 26 };

  expect(judged([row(visible)])[0]).toMatchObject({ found: 26, met: false });
  expect(judged([row({ ...visible, p99Ms: 24 })])[0]).toMatchObject({ met: true });
  expect(judged([row({ ...visible, engine: "postgres" })])).toEqual([]);
});

it("judges nobody else, and nothing that was not measured", () => {
  expect(judged([row({ library: "evtstore" })])).toEqual([]);
  const { toBestPeer: _, ...alone } = row({});
  expect(judged([alone])).toEqual([]);
});
