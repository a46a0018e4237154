import { describe, expect, it } from "vitest";
import { type IntentRow, intentRow, laneKey } from "./intent-table.ts";
import { changesAfter, type Lane } from "./lane-run.ts";
import type { Failed } from "./verdict.ts";

const limits = { attempts: 3, now: 1_000, pauseAfter: () => 50 };

/** What a lane's row says after one more failure. */
function after(attempts: number, retry: Failed["retry"]): IntentRow | null | undefined {
  const held = { ...intentRow(laneKey("command/a-1"), "command/a-1", "a.Do", null), attempts };
  const lane: Lane = {
    name: "command/a-1",
    kind: "command",
    rows: [intentRow("1", "command/a-1", "a.Do", null)],
    held,
  };
  const [change] = changesAfter({ lane, done: [], failed: { kind: "failed", error: "no", retry } }, limits);
  return change?.change(held);
}

describe("a lane whose first intent fails", () => {
  it("is tried again later, until its attempts are used up", () => {
    expect(after(0, "limited")).toMatchObject({ queue: "failing/command", dueAt: 1_050, attempts: 1, error: "no" });
    expect(after(2, "limited")).toMatchObject({ queue: "parked/command", dueAt: 1_000, attempts: 3 });
    expect(after(0, "never")).toMatchObject({ queue: "parked/command", attempts: 1 });
  });

  it("uses none of them up while the engine itself fails", () => {
    expect(after(2, "for-good")).toMatchObject({ queue: "failing/command", dueAt: 1_050, attempts: 2 });
  });
});
