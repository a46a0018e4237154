import { describe, expect, it } from "vitest";
import { account } from "../../../test/bank.ts";
import { runtimeOn, withStore } from "../../../test/bank-runtimes.ts";
import { memoryEngine } from "../../memory/index.ts";
import type { CommandOutcome } from "../outcome.ts";

const versionOf = (outcome: CommandOutcome) => (outcome.ok ? outcome.version : outcome.reason);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

describe("execute", () => {
  it("answers with the version, a token and the command id", async () => {
    const runtime = runtimeOn(memoryEngine());

    const outcome = await runtime.execute(account, "1", "Deposit", { cents: 5 }, { commandId: "c1" });

    expect(outcome).toEqual({ ok: true, commandId: "c1", version: 1, token: expect.any(String), replayed: false });
    const { events } = await runtime.readStream("account", "1");
    expect(events).toMatchObject([
      {
        type: "account.Deposited",
        data: { cents: 5 },
        version: 1,
        stream: { name: "account-1", aggregate: "account", id: "1" },
        metadata: { commandId: "c1", correlationId: "c1", causationId: "c1" },
      },
    ]);
  });

  it("puts correlation, causation, principal and trace on every event", async () => {
    const runtime = runtimeOn(memoryEngine());
    const metadata = {
      correlationId: "k",
      causationId: "e@1",
      principal: { id: "ann", roles: ["teller"] },
      traceparent: "00-1-2-01",
    };

    await runtime.execute(account, "a-b", "Deposit", { cents: 5 }, { commandId: "c", ...metadata });

    const { events } = await runtime.readStream("account", "a-b");
    expect(events[0]).toMatchObject({ stream: { id: "a-b" }, metadata: { commandId: "c", ...metadata } });
  });

  it("refuses an invalid payload with a pointer per issue and writes nothing", async () => {
    const runtime = runtimeOn(memoryEngine());

    const outcome = await runtime.dispatch({ aggregate: "account", id: "1", command: "Deposit", data: { cents: -1 } });

    expect(outcome).toMatchObject({ ok: false, reason: "invalid", issues: [{ pointer: "/cents" }] });
    expect((await runtime.readStream("account", "1")).events).toEqual([]);
  });

  it.each([
    ["", "empty"],
    ["x".repeat(201), "201"],
    ["a\nb", "control"],
    ["\ud800", "surrogate"],
  ])("refuses the stream id %j", async (id, says) => {
    const outcome = await runtimeOn(memoryEngine()).execute(account, id, "Deposit", { cents: 1 });

    expect(outcome).toMatchObject({ reason: "invalid", issues: [{ message: expect.stringContaining(says) }] });
  });

  it.each([
    ["commandId", "\0"],
    ["correlationId", "\ud800"],
    ["causationId", "\0"],
    ["traceparent", "\udc00"],
  ])("G9 refuses a %s that not every engine can keep, and nothing beside it", async (name, text) => {
    const runtime = runtimeOn(memoryEngine());

    const [refused, beside] = await Promise.all([
      runtime.execute(account, "1", "Deposit", { cents: 1 }, { [name]: text }),
      runtime.execute(account, "1", "Deposit", { cents: 1 }),
    ]);

    expect(refused).toMatchObject({ reason: "invalid", issues: [{ message: expect.stringContaining(name) }] });
    expect(beside).toMatchObject({ ok: true, version: 1 });
  });

  it("names the nearest aggregate and command for an unknown one", async () => {
    const runtime = runtimeOn(memoryEngine());
    const request = { id: "1", data: {} };

    await expect(runtime.dispatch({ ...request, aggregate: "acount", command: "Deposit" })).rejects.toMatchObject({
      code: "unknown-name",
      nearest: ["account"],
    });
    await expect(runtime.dispatch({ ...request, aggregate: "account", command: "Deposite" })).rejects.toMatchObject({
      nearest: expect.arrayContaining(["Deposit"]),
    });
  });

  it("gives the domain's rejection back with code and details", async () => {
    const outcome = await runtimeOn(memoryEngine()).execute(account, "1", "Withdraw", { cents: 7 });

    expect(outcome).toMatchObject({ reason: "rejected", rejection: { code: "overdrawn", details: { missing: 7 } } });
  });

  it.each([
    ["Explode", {}, /a bug in decide/],
    ["Misbehave", {}, /does not fit its schema.*\/cents/],
    ["Note", { note: 1n }, /is not JSON: \/note is of type bigint/],
    ["Note", { note: new Date() }, /\/note is a Date/],
    ["Note", { note: Number.NaN }, /\/note is NaN/],
    ["Note", { note: "x".repeat(300_000) }, /the limit \(settings.eventSize\)/],
  ] as const)("fails only the command whose %s throws (%#)", async (command, data, message) => {
    const runtime = runtimeOn(memoryEngine());

    const before = runtime.execute(account, "1", "Deposit", { cents: 1 });
    const failing = runtime.dispatch({ aggregate: "account", id: "1", command, data });
    const after = runtime.execute(account, "1", "Deposit", { cents: 1 });

    await expect(failing).rejects.toThrow(message);
    expect([await before, await after].map(versionOf)).toEqual([1, 2]);
  });
});

describe("one turn for all that wait", () => {
  it("decides waiting commands together, appends once and gives each its own answer", async () => {
    const appends: unknown[] = [];
    const runtime = runtimeOn(memoryEngine(), { observer: { append: (observed) => appends.push(observed) } });

    const outcomes = await Promise.all([
      runtime.execute(account, "1", "Deposit", { cents: 5 }),
      runtime.execute(account, "1", "Withdraw", { cents: 9 }),
      runtime.execute(account, "1", "Withdraw", { cents: 3 }),
      runtime.execute(account, "1", "Withdraw", { cents: 3 }),
    ]);

    expect(outcomes.map(versionOf)).toEqual([1, "rejected", 2, "rejected"]);
    expect(appends).toEqual([{ commands: 2, events: 2, result: "ok" }]);
  });

  it("G1 keeps every increment of 64 clients in two competing runtimes", async () => {
    const engine = memoryEngine();
    const runtimes = [runtimeOn(engine), runtimeOn(engine)];

    const outcomes = await Promise.all(
      times(64, async (client) => {
        const runtime = runtimes[client % 2];
        const answers = [];
        for (let round = 0; round < 20; round++)
          answers.push(await runtime?.execute(account, "hot", "Deposit", { cents: 1 }));
        return answers;
      }),
    );

    expect(outcomes.flat().every((outcome) => outcome?.ok)).toBe(true);
    const versions = outcomes.flat().map((outcome) => (outcome?.ok ? outcome.version : 0));
    expect(versions.sort((left, right) => left - right)).toEqual(times(1_280, (index) => index + 1));
  });

  it("gives no answer on a state that another process has changed since", async () => {
    const engine = memoryEngine();
    const [here, there] = [runtimeOn(engine), runtimeOn(engine)];
    await here.execute(account, "1", "Deposit", { cents: 1 });
    await there.execute(account, "1", "Deposit", { cents: 99 });

    const outcome = await here.execute(account, "1", "Withdraw", { cents: 100 });

    expect(versionOf(outcome)).toBe(3);
  });

  it("takes a stale read for a yes, which the append checks, and never for a no", async () => {
    const engine = memoryEngine();
    await runtimeOn(engine).execute(account, "1", "Deposit", { cents: 100 });
    const reads: unknown[] = [];
    const stale = withStore(engine, (store) => ({
      capabilities: { ...store.capabilities, staleReads: true },
      async read(stream, options) {
        reads.push(options.mayBeStale ?? false);
        return options.mayBeStale ? [] : store.read(stream, options);
      },
    }));

    const withdrawn = await runtimeOn(stale).execute(account, "1", "Withdraw", { cents: 40 });
    const deposited = await runtimeOn(stale).execute(account, "1", "Deposit", { cents: 1 });

    expect([withdrawn, deposited].map(versionOf)).toEqual([2, 3]);
    expect(reads).toEqual([true, false, true, false]);
  });

  it("tells the caller when other writers keep winning", async () => {
    const engine = withStore(memoryEngine(), (store) => ({
      append: async (writes) => ({ ok: false, reason: "version-conflict", stream: writes[0]?.stream ?? "", actual: 0 }),
      read: store.read,
    }));
    const runtime = runtimeOn(engine, { settings: { conflictRetries: 3, conflictBackoffMs: 1 } });

    const outcome = await runtime.execute(account, "1", "Deposit", { cents: 1 });

    expect(outcome).toEqual({ ok: false, reason: "version-conflict", expected: undefined, actual: 0 });
  });

  it("looks at the log again after it gave up, so that the next try can win", async () => {
    const engine = memoryEngine();
    const runtimes = times(2, () => runtimeOn(engine, { settings: { conflictRetries: 0 } }));
    const [one, other] = runtimes as [(typeof runtimes)[0], (typeof runtimes)[0]];
    const deposit = { aggregate: "account", id: "1", command: "Deposit", data: { cents: 5 } };
    await one.dispatch(deposit);
    await other.dispatch(deposit);

    expect(await one.dispatch(deposit)).toMatchObject({ ok: false, reason: "version-conflict", actual: 2 });
    expect(await one.dispatch(deposit)).toMatchObject({ ok: true, version: 3 });
    expect(await other.executeTogether([deposit])).toMatchObject({ ok: false, refused: { actual: 3 } });
    expect(await other.executeTogether([deposit])).toMatchObject({ ok: true });
  });

  it("G2 refuses nothing for what a command that lost would have done", async () => {
    const engine = withStore(memoryEngine(), () => ({
      append: async (writes) => ({ ok: false, reason: "version-conflict", stream: writes[0]?.stream ?? "", actual: 0 }),
    }));
    const runtime = runtimeOn(engine, { settings: { conflictRetries: 0 } });

    const outcomes = await Promise.all([
      runtime.execute(account, "1", "Close", {}),
      runtime.execute(account, "1", "Deposit", { cents: 5 }),
    ]);

    const conflict = { ok: false, reason: "version-conflict", expected: undefined, actual: 0 };
    expect(outcomes).toEqual([conflict, conflict]);
  });

  it("checks the version that the caller expects", async () => {
    const runtime = runtimeOn(memoryEngine());
    await runtime.execute(account, "1", "Deposit", { cents: 1 });

    const late = await runtime.execute(account, "1", "Deposit", { cents: 1 }, { expectedVersion: 0 });
    const right = await runtime.execute(account, "1", "Deposit", { cents: 1 }, { expectedVersion: 1 });

    expect(late).toEqual({ ok: false, reason: "version-conflict", expected: 0, actual: 1 });
    expect(versionOf(right)).toBe(2);
  });
});

describe("G2 at most once per command id", () => {
  it("gives the first answer again, also where the domain would now refuse", async () => {
    const engine = memoryEngine();
    const first = await runtimeOn(engine).execute(account, "1", "Close", {}, { commandId: "close" });

    const again = await runtimeOn(engine).execute(account, "1", "Close", {}, { commandId: "close" });

    expect(again).toEqual({ ...first, replayed: true });
  });

  it("remembers an accepted command that produced no event", async () => {
    const runtime = runtimeOn(memoryEngine());
    const first = await runtime.execute(account, "1", "Touch", {}, { commandId: "touch" });

    const again = await runtime.execute(account, "1", "Touch", {}, { commandId: "touch" });

    expect(again).toEqual({ ...first, version: 0, replayed: true });
  });

  it("executes a command once that arrives several times at once", async () => {
    const runtime = runtimeOn(memoryEngine());

    const outcomes = await Promise.all(
      times(5, () => runtime.execute(account, "1", "Deposit", { cents: 1 }, { commandId: "same" })),
    );

    expect(outcomes.map(versionOf)).toEqual([1, 1, 1, 1, 1]);
    expect(outcomes.filter((outcome) => outcome.ok && outcome.replayed)).toHaveLength(4);
  });

  it("refuses an id that belongs to another command, at once or later", async () => {
    const runtime = runtimeOn(memoryEngine());
    const deposit = (cents: number) => runtime.execute(account, "1", "Deposit", { cents }, { commandId: "same" });

    const [first, atOnce] = await Promise.all([deposit(1), deposit(2)]);
    const later = await deposit(3);

    expect([first, atOnce, later].map(versionOf)).toEqual([1, "command-id-reused", "command-id-reused"]);
    expect((await runtime.readStream("account", "1")).events).toHaveLength(1);
  });

  it("answers a retry after a crash between commit and reply", async () => {
    const engine = memoryEngine();
    const crashing = withStore(engine, ({ append }) => ({
      append: async (writes) => {
        await append(writes);
        throw new Error("the connection broke after the commit");
      },
    }));
    const deposit = { aggregate: "account", id: "1", command: "Deposit", data: { cents: 1 }, commandId: "once" };
    await expect(runtimeOn(crashing).dispatch(deposit)).rejects.toThrow("connection broke");

    const retried = await runtimeOn(engine).dispatch(deposit);

    expect(retried).toMatchObject({ ok: true, version: 1, replayed: true });
    expect((await runtimeOn(engine).readStream("account", "1")).events).toHaveLength(1);
  });

  it("does not remember a rejection: the command may succeed later", async () => {
    const runtime = runtimeOn(memoryEngine());
    const withdraw = () => runtime.execute(account, "1", "Withdraw", { cents: 5 }, { commandId: "w" });
    expect(versionOf(await withdraw())).toBe("rejected");
    await runtime.execute(account, "1", "Deposit", { cents: 5 });

    expect(versionOf(await withdraw())).toBe(2);
  });
});

describe("snapshots", () => {
  it("spare a new runtime the events before them", async () => {
    const engine = memoryEngine();
    const writer = runtimeOn(engine);
    for (let count = 0; count < 25; count++) await writer.execute(account, "1", "Deposit", { cents: 1 });
    await writer.stop();
    const reads: number[] = [];
    const counting = withStore(engine, ({ read }) => ({
      read: (stream, options) => {
        reads.push(options.after);
        return read(stream, options);
      },
    }));

    const outcome = await runtimeOn(counting).execute(account, "1", "Withdraw", { cents: 25 });

    expect(versionOf(outcome)).toBe(26);
    expect(reads[0]).toBe(20);
  });
});

describe("stop", () => {
  it("answers what was accepted and refuses the rest", async () => {
    const runtime = runtimeOn(memoryEngine());
    const accepted = runtime.execute(account, "1", "Deposit", { cents: 1 });

    await runtime.stop();

    expect(versionOf(await accepted)).toBe(1);
    await expect(runtime.execute(account, "1", "Deposit", { cents: 1 })).rejects.toMatchObject({ code: "stopped" });
  });
});
