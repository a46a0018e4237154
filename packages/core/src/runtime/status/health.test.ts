import { describe, expect, it } from "vitest";
import type { WorkReport } from "../lease/lease-note.ts";
import { healthOf, type Sight } from "./health.ts";

const now = 1_000_000;
const waiting = [{ lagMs: 0 }, { lagMs: 10_001 }];

function healthy(work: Partial<WorkReport>, change: Partial<Sight> = {}) {
  const told = { at: now, state: "running", since: 0, steppedAt: now, eventsPerSecond: 1, leaseMs: 5_000 } as const;
  return healthOf({ now, leaseMs: 60_000, isHeld: true, work: { ...told, ...work }, partitions: waiting, ...change });
}

describe("the health of a consumer", () => {
  it.each([
    ["has taken a step lately", {}],
    ["has just taken the lease", { steppedAt: 0, since: now - 10_000 }],
    ["has failed only lately", { steppedAt: 0, state: "running", failingSince: now - 10_000 }],
  ] as const)("is working while events wait for long and its worker %s", (_, work) => {
    expect(healthy(work)).toBe("working");
  });

  it.each([
    ["tells nothing any more", { at: now - 10_001 }, {}],
    ["takes no steps", { steppedAt: now - 10_001 }, {}],
    ["has failed as long, though other partitions go on", { state: "failing", failingSince: now - 10_001 }, {}],
    ["has given its lease back", {}, { isHeld: false }],
  ] as const)("is stalled when events wait for long and its worker %s", (_, work, change) => {
    expect(healthy(work, change)).toBe("stalled");
  });

  it("is stalled when nobody has told anything for twice the lease of this process", () => {
    const nobody = { now, leaseMs: 5_000, isHeld: false };

    expect(healthOf({ ...nobody, partitions: waiting })).toBe("stalled");
    expect(healthOf({ ...nobody, partitions: [{ lagMs: 10_000 }] })).toBe("working");
  });

  it("is idle when nothing waits, whoever is there", () => {
    const partitions = [{ lagMs: 0 }];

    expect(healthy({ state: "idle", steppedAt: 0 }, { partitions })).toBe("idle");
    expect(healthy({ at: 0 }, { partitions, isHeld: false })).toBe("idle");
  });

  it("is halted, or failing, while a living worker says so", () => {
    expect(healthy({ state: "halted", failingSince: 0 })).toBe("halted");
    expect(healthy({ state: "failing", failingSince: now })).toBe("failing");
    expect(healthy({ state: "halted", failingSince: 0, at: 0 })).toBe("stalled");
  });
});
