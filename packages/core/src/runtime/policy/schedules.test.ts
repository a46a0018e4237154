import { describe, expect, it } from "vitest";
import * as z from "zod";
import { PolicyWorld } from "../../../test/policy-world.ts";
import { aggregate, app, policy, type Schedule, send } from "../../index.ts";

const hour = 3_600_000;

const day = aggregate("day", {
  initialState: null,
  events: { Closed: z.object({}) },
  commands: { Close: z.object({}) },
  decide: { Close: () => ({ Closed: {} }) },
  evolve: { Closed: (state) => state },
});

function every(ms: number): Schedule {
  return { description: `every ${ms}`, next: (after) => (Math.floor(after / ms) + 1) * ms };
}

function closing(at: Schedule | undefined, run?: () => never) {
  const schedule = at && {
    at,
    run: run ?? (({ at: due }: { at: string }) => send(day, due.slice(11, 16), "Close", {})),
  };
  return app({
    aggregates: [day],
    policies: [policy("closing", { from: [day], on: {}, schedules: schedule ? { close: schedule } : {} })],
  });
}

describe("schedules", () => {
  it("run at their times, across restarts, each run once in effect", async () => {
    const world = new PolicyWorld(closing(every(hour)));
    const first = await world.start();
    await world.time.advance(1.5 * hour);
    await world.stop(first);
    await world.start();
    await world.time.advance(hour);

    expect(await world.log()).toEqual(["day-01:00: Closed", "day-02:00: Closed"]);
  });

  it("make up for all missed runs by one, which knows when the first was due", async () => {
    const world = new PolicyWorld(closing(every(hour)));
    const first = await world.start();
    await world.time.advance(1.5 * hour);
    first.die();
    world.clockOffsetMs = 5 * hour;

    await world.start();
    await world.time.advance(hour);

    expect(await world.log()).toEqual(["day-01:00: Closed", "day-02:00: Closed", "day-07:00: Closed"]);
  });

  it("are reckoned anew when they change, and end when they are taken away", async () => {
    const world = new PolicyWorld(closing(every(hour)));
    const first = await world.start();
    await world.stop(first);
    const second = await world.start({ app: closing(every(hour / 2)) });
    await world.time.advance(hour / 2);
    await world.stop(second);
    const third = await world.start({ app: closing(undefined) });
    await world.time.advance(3 * hour);

    expect(await world.log()).toEqual(["day-00:30: Closed"]);
    expect((await third.runtime.status()).policies).toMatchObject([{ timers: 0, failing: 0, parked: 0 }]);
  });

  it("are parked when their handler keeps failing, and hold nothing else up", async () => {
    const broken = closing(every(hour), () => {
      throw new Error("a bug");
    });
    const world = new PolicyWorld(broken);
    const process = await world.start({ settings: { intentAttempts: 2 } });
    await world.time.advance(2 * hour);

    expect((await process.runtime.status()).policies).toMatchObject([{ state: "idle", parked: 1 }]);
  });

  it.each([
    ["before", false],
    ["after", true],
  ])(
    "G10 run once in effect when the process dies %s any call to the engine",
    async (_, after) => {
      for (let diesAt = 1; diesAt <= 35; diesAt++) {
        const world = new PolicyWorld(closing(every(hour)), { takeOverAtStart: true });
        await world.start({ diesAt, after });
        await world.time.advance(1.2 * hour);
        await world.start();
        await world.time.advance(hour);

        const log = await world.log();
        expect(log, `call ${diesAt}`).toEqual([...new Set(log)]);
        expect(log, `call ${diesAt}`).toContain("day-02:00: Closed");
      }
    },
    120_000,
  );
});
