import { describe, expect, it } from "vitest";
import * as z from "zod";
import { shop } from "../../../test/checkout.ts";
import { PolicyWorld, place, statusOf } from "../../../test/policy-world.ts";
import { aggregate, app, createRuntime, policy, reject, StoreFailureError, send, timer } from "../../index.ts";
import { memoryEngine, memoryEnvironment } from "../../memory/index.ts";

const hour = 3_600_000;

describe("a policy", () => {
  it("leads from event to command to event, and has its effects performed", async () => {
    const world = new PolicyWorld(shop);
    const process = await world.start();

    await place(process, world, "a1");
    await world.time.advance(500);

    expect(await world.log()).toEqual(["order-a1: Paid", "order-a1: Placed", "till-a: Charged"]);
    expect(world.performed.map(({ payload }) => payload)).toEqual([{ order: "a1" }]);
    expect(await statusOf(process)).toMatchObject({ name: "checkout", waiting: 0, timers: 0, failing: 0, parked: 0 });
  });

  it("hands on who caused what, and under which first message", async () => {
    const world = new PolicyWorld(shop);
    const process = await world.start();
    await place(process, world, "a1");
    await world.time.advance(500);

    const { events } = await process.runtime.readStream("till", "a");

    expect(events[0]?.metadata).toMatchObject({
      commandId: "policy:1:checkout:order-a1@1:1",
      causationId: "order-a1@1",
      correlationId: "place-a1",
      principal: { id: "policy:checkout" },
    });
  });

  it("takes up what happened before it was first started", async () => {
    const world = new PolicyWorld(shop);
    await place(world.process(), world, "a1");

    await world.start();
    await world.time.advance(500);

    expect(await world.log()).toContain("order-a1: Paid");
  });

  it("sends commands to one target in the order of their events, however many there are", async () => {
    const world = new PolicyWorld(shop);
    const process = world.process();
    const ids = Array.from({ length: 350 }, (_, index) => `t${index}`);
    for (const id of ids) await place(process, world, id);

    await world.start();
    for (let round = 0; round < 400; round++) await world.time.advance(10);

    const events = (await process.runtime.readStream("till", "t", { limit: 1_000 })).events;
    expect(events.map(({ data }) => (data as { order: string }).order)).toEqual(ids);
    expect(world.performed).toHaveLength(350);
  });

  it("compensates a rejection as it says", async () => {
    const world = new PolicyWorld(shop);
    const process = await world.start();

    await place(process, world, "a1", 2_000);
    await world.time.advance(500);

    expect(await world.log()).toEqual(["order-a1: Cancelled", "order-a1: Placed"]);
  });

  it("G5 parks a command that is rejected without an answer to that, keeps what follows for its target in order, and lets others go on", async () => {
    const world = new PolicyWorld(rejecting(() => true));
    const process = await world.start();

    for (const name of ["bad", "good", "other"]) {
      void process.runtime.dispatch({ aggregate: "source", id: name, command: "Go", data: {} });
      await world.time.advance(50);
    }
    await world.time.advance(hour);

    expect((await world.log()).filter((line) => line.startsWith("sink"))).toEqual(["sink-other: Taken"]);
    expect(await statusOf(process)).toMatchObject({ parked: 1, failing: 0, waiting: 0 });
  });

  it("G5 redrives what was parked, in order, once the reason is gone", async () => {
    let refusing = true;
    const world = new PolicyWorld(rejecting(() => refusing));
    const process = await world.start();
    for (const name of ["bad", "good", "other"]) {
      void process.runtime.dispatch({ aggregate: "source", id: name, command: "Go", data: {} });
      await world.time.advance(50);
    }
    await world.time.advance(1_000);
    const [parked, ...more] = await process.runtime.parkedTargets("taking");
    expect(more).toEqual([]);
    expect(parked).toMatchObject({
      target: "command/sink-one",
      what: "sink.Take",
      error: "bad: It is bad.",
      attempts: 1,
    });

    const operator = world.process().runtime;
    const again = operator.redriveTargets("taking");
    await world.time.advance(120_000);
    expect(await again).toBe(1);
    expect(await process.runtime.parkedTargets("taking")).toMatchObject([{ target: "command/sink-one" }]);
    refusing = false;
    const once = operator.redriveTargets("taking", ["command/sink-one", "command/sink-other"]);
    await world.time.advance(120_000);
    expect(await once).toBe(1);

    const { events } = await process.runtime.readStream("sink", "one");
    expect(events.map(({ metadata }) => metadata.causationId)).toEqual(["source-bad@1", "source-good@1"]);
    expect(await statusOf(process)).toMatchObject({ parked: 0, failing: 0, waiting: 0 });
    await expect(operator.redriveTargets("talking")).rejects.toThrow('Did you mean "taking"?');
  });

  it("G5 keeps trying while the engine fails, also beyond its attempts", async () => {
    const world = new PolicyWorld(shop);
    const { append } = world.engine.eventStore;
    const failing: typeof append = async (writes) => {
      if (writes[0]?.stream.startsWith("till")) throw new StoreFailureError("The disk is full.");
      return append(writes);
    };
    Object.assign(world.engine.eventStore, { append: failing });
    const process = await world.start({ settings: { intentAttempts: 2 } });
    await place(process, world, "a1");
    await world.time.advance(5 * 60_000);
    expect(await statusOf(process)).toMatchObject({ failing: 1, parked: 0 });

    Object.assign(world.engine.eventStore, { append });
    await world.time.advance(60_000);

    expect(await world.log()).toContain("order-a1: Paid");
    expect(await statusOf(process)).toMatchObject({ failing: 0, parked: 0 });
  });

  it("parks a command that would go round in circles for good", async () => {
    const world = new PolicyWorld(pingPong);
    const process = await world.start({ settings: { policyChain: 7 } });

    void process.runtime.dispatch({ aggregate: "ball", id: "1", command: "Hit", data: {} });
    await world.time.advance(hour);

    expect(await world.log()).toHaveLength(8);
    expect(await statusOf(process)).toMatchObject({ parked: 1 });
  });

  it("refuses what the app does not have before anything is written", async () => {
    const world = new PolicyWorld(nonsense);
    const process = await world.start();

    void process.runtime.dispatch({ aggregate: "ball", id: "1", command: "Hit", data: {} });
    await world.time.advance(10);

    const found = await statusOf(process);
    expect(found).toMatchObject({ state: "failing", waiting: 0 });
    expect(found?.error).toContain('policy "play" failed on ball-1@1 (ball.Was): command "ball.Hit": The id is empty.');
    await world.time.advance(hour);
    expect(await statusOf(process)).toMatchObject({ state: "idle", waiting: 0, parkedStreams: 1 });
  });

  it("cannot be started where nothing says how its effects are performed", async () => {
    const runtime = createRuntime(shop, { engine: memoryEngine(), environment: memoryEnvironment() });

    await expect(runtime.start()).rejects.toThrow('nothing says how effect "receipt" is performed');
  });
});

describe("effects", () => {
  it("are tried again under the same key, in order, and then done once", async () => {
    const world = new PolicyWorld(shop);
    const attempts: number[] = [];
    world.fault = (_, attempt) => (attempts.push(attempt) <= 3 ? new Error("the mail server is down") : undefined);
    const process = await world.start();

    await place(process, world, "a1");
    await world.time.advance(60_000);

    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(world.performed).toMatchObject([{ payload: { order: "a1" }, attempt: 4 }]);
    expect(await statusOf(process)).toMatchObject({ failing: 0, parked: 0 });
  });

  it("are parked after so many attempts, without holding up those of other streams", async () => {
    const world = new PolicyWorld(shop);
    world.fault = (payload) => ((payload as { order: string }).order === "a1" ? new Error("no such box") : undefined);
    const process = await world.start({ settings: { intentAttempts: 3 } });

    await place(process, world, "a1");
    await place(process, world, "a2");
    await world.time.advance(hour);

    expect(world.performed.map(({ payload }) => payload)).toEqual([{ order: "a2" }]);
    expect(await statusOf(process)).toMatchObject({ failing: 0, parked: 1 });
  });
});

describe("G10 a process that dies", () => {
  const leaseMs = 600;

  /** Everything that two orders lead to, whatever happens on the way. */
  const whole = ["order-a1: Paid", "order-a1: Placed", "order-b2: Cancelled", "order-b2: Placed", "till-a: Charged"];

  async function callsOfOneRun(): Promise<number> {
    const world = new PolicyWorld(shop, { takeOverAtStart: false });
    const process = await world.start();
    await place(process, world, "a1");
    await place(process, world, "b2", 2_000);
    await world.time.advance(1_000);
    expect(await world.log()).toEqual(whole);
    return process.calls();
  }

  it.each([
    ["before", false],
    ["after", true],
  ])(
    "%s any call to the engine doubles and loses nothing, with a second worker at hand",
    async (_, after) => {
      const calls = await callsOfOneRun();
      expect(calls).toBeGreaterThan(40);

      for (let diesAt = 1; diesAt <= calls; diesAt++) {
        const world = new PolicyWorld(shop, { takeOverAtStart: false, partitions: 2 });
        const outside = world.process();
        await world.start({ diesAt, after, settings: { leaseMs } });
        await place(outside, world, "a1");
        await world.start({ settings: { leaseMs } });
        await place(outside, world, "b2", 2_000);
        await world.time.advance(10_000);

        expect(await world.log(), `died ${after ? "after" : "before"} call ${diesAt}`).toEqual(whole);
        expect(new Set(world.performed.map(({ key }) => key)).size).toBe(1);
      }
    },
    120_000,
  );
});

describe("a worker that has lost the lease", () => {
  it("waits to get it back, although a timer is due", async () => {
    const later = policy("later", {
      from: [source],
      on: { "source.Went": ({ stream: { id } }) => timer("later", { afterMs: 1_000 }, send(ball, id, "Hit", {})) },
    });
    const world = new PolicyWorld(app({ aggregates: [source, ball], policies: [later] }));
    const settings = { leaseMs: 300 };
    const first = await world.start({ settings });
    void first.runtime.dispatch({ aggregate: "source", id: "1", command: "Go", data: {} });
    await world.time.advance(100);
    await world.start({ settings });
    const { scheduler } = world.time;
    const after = scheduler.after;
    let waits = 0;
    scheduler.after = (ms, task) => (++waits < 1_000 ? after(ms, task) : () => undefined);

    await world.time.advance(2_000);

    expect(await world.log()).toEqual(["ball-1: Was", "source-1: Went"]);
    expect(waits).toBeLessThan(1_000);
  });
});

const source = aggregate("source", {
  initialState: null,
  events: { Went: z.object({}) },
  commands: { Go: z.object({}) },
  decide: { Go: () => ({ Went: {} }) },
  evolve: { Went: (state) => state },
});

/** A sink that refuses what is bad, for as long as it is told to. */
function rejecting(refusing: () => boolean) {
  const sink = aggregate("sink", {
    initialState: null,
    events: { Taken: z.object({}) },
    commands: { Take: z.object({ from: z.string() }) },
    decide: { Take: ({ from }) => (from === "bad" && refusing() ? reject("bad", "It is bad.") : { Taken: {} }) },
    evolve: { Taken: (state) => state },
  });
  const taking = policy("taking", {
    from: [source],
    on: { "source.Went": ({ stream: { id } }) => send(sink, id === "other" ? "other" : "one", "Take", { from: id }) },
  });
  return app({ aggregates: [source, sink], policies: [taking] });
}

const ball = aggregate("ball", {
  initialState: null,
  events: { Was: z.object({}) },
  commands: { Hit: z.object({}) },
  decide: { Hit: () => ({ Was: {} }) },
  evolve: { Was: (state) => state },
});

const pingPong = app({
  aggregates: [ball],
  policies: [policy("play", { from: [ball], on: { "ball.Was": ({ stream }) => send(ball, stream.id, "Hit", {}) } })],
});

const nonsense = app({
  aggregates: [ball],
  policies: [
    policy("play", { from: [ball], on: { "ball.Was": () => [send(ball, "2", "Hit", {}), send(ball, "", "Hit", {})] } }),
  ],
});
