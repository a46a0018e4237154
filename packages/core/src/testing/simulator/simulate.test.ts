import { describe, expect, it } from "vitest";
import * as z from "zod";
import { account, bank } from "../../../test/bank.ts";
import { projection } from "../../definition/projection.ts";
import { app, effect, perform, policy, t, table } from "../../index.ts";
import { usualFaults } from "./faults.ts";
import { runSchedule } from "./run-schedule.ts";
import { type CommandGenerator, scheduleOf } from "./schedule.ts";
import { SimulationError, simulate } from "./simulate.ts";

const commands: CommandGenerator = (random) => ({
  aggregate: "account",
  id: random.oneOf(["a", "b", "c"]),
  command: random.oneOf(["Deposit", "Withdraw"]),
  data: { cents: random.whole(1, 9) },
});

const runOf = (seed: number, rates = usualFaults) =>
  runSchedule(bank, scheduleOf(bank, seed, { steps: 30, rates, commands }));

/** Far more than it takes: other work may share the machine. */
const patience = { timeout: 300_000 };

describe("simulate", patience, () => {
  // #region simulate
  it("keeps its promises whatever happens", async () => {
    await simulate(bank, {
      runs: 20,
      commands: (random) => ({
        aggregate: "account",
        id: random.oneOf(["a", "b"]),
        command: random.oneOf(["Deposit", "Withdraw"]),
        data: { cents: random.whole(1, 20) },
      }),
    });
  });
  // #endregion simulate

  it("finds nothing wrong with an app that is right, while every kind of fault strikes", async () => {
    const { faults, ...counts } = await simulate(bank, { runs: 40, commands });

    expect(counts).toMatchObject({ runs: 40, commands: expect.any(Number), events: expect.any(Number) });
    expect(counts.events).toBeGreaterThan(200);
    expect(Object.keys(faults)).toEqual(
      expect.arrayContaining(["throttled", "lostAnswer", "crashAfterWrite", "lostWakeUp", "poison", "staleRead"]),
    );
  });

  it("does the same again for the same seed, line by line, and something else for another", async () => {
    const [first, again, other] = await Promise.all([runOf(7), runOf(7), runOf(8)]);

    expect(again?.trace).toEqual(first?.trace);
    expect(first?.trace.length).toBeGreaterThan(30);
    expect(other?.trace).not.toEqual(first?.trace);
  });

  it("leaves out the faults that it is told to leave out", async () => {
    const { faults } = await simulate(bank, { runs: 20, commands, faults: { throttled: 0 } });
    const none = await simulate(bank, { runs: 5, commands, faults: false });

    expect(faults).not.toHaveProperty("throttled");
    expect(faults).toHaveProperty("lostAnswer");
    expect(none.faults).toEqual({});
  });

  it("G4 finds a projection that goes by more than its events, and shows a short way to it", async () => {
    let calls = 0;
    const forgetful = projection("forgetful", {
      version: 1,
      from: [account],
      key: ({ stream }) => stream.id,
      into: table({ id: t.key(), calls: t.integer() }),
      on: { "account.Deposited": () => ({ calls: ++calls }) },
    });
    const wrong = app({ aggregates: [account], projections: [forgetful] });

    const error = await simulate(wrong, { seed: 3, runs: 20, commands }).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(SimulationError);
    const { message, seed, violations, trace } = error as SimulationError;
    expect(violations[0]).toMatchObject({ guarantee: "G4", message: expect.stringContaining("forgetful should hold") });
    expect(message).toContain(`Seed ${seed} breaks a guarantee`);
    expect(message).toContain("Deposit account-");
    expect(trace.length).toBeLessThan(30);
    expect(trace.filter((line) => line.includes("  fault  "))).toEqual([]);
  });

  it("G1 finds a command that is decided by more than the state", async () => {
    let decisions = 0;
    const moody = {
      ...account,
      decide: { ...account.decide, Deposit: () => ({ Deposited: { cents: ++decisions } }) },
    };

    const wrong = app({ aggregates: [moody], projections: [] });

    await expect(simulate(wrong, { runs: 5, commands, shorten: false })).rejects.toThrow(/G1: c\d+ wrote/);
  });

  it("G10 finds a policy that goes by more than its events", async () => {
    let calls = 0;
    const receipt = effect("receipt", z.object({ number: z.int() }));
    const moody = policy("moody", {
      from: [account],
      effects: [receipt],
      on: { "account.Deposited": () => perform(receipt, { number: ++calls }) },
    });

    const wrong = app({ aggregates: [account], projections: [], policies: [moody] });

    await expect(simulate(wrong, { runs: 5, commands, shorten: false })).rejects.toThrow(
      /G10: receipt \{"number":\d+\} was performed as policy:1:moody:account-/,
    );
  });

  it("holds nothing against rows that depend on the order between streams", async () => {
    const newest = projection("newest", {
      version: 1,
      from: [account],
      key: () => "newest",
      into: table({ id: t.key(), account: t.text() }),
      on: { "account.Deposited": (_, { stream }) => ({ account: stream.id }) },
    });

    const right = app({ aggregates: [account], projections: [newest] });

    expect(await simulate(right, { runs: 30, commands })).toMatchObject({ runs: 30 });
  });

  it("shows a handler that always fails as streams that stay parked", async () => {
    const failing = projection("failing", {
      version: 1,
      from: [account],
      key: ({ stream }) => stream.id,
      into: table({ id: t.key() }),
      on: {
        "account.Deposited": () => {
          throw new Error("a bug in the handler");
        },
      },
    });
    const wrong = app({ aggregates: [account], projections: [failing] });

    await expect(simulate(wrong, { runs: 3, commands, shorten: false })).rejects.toThrow(
      /G5: failing parks account-.* without faults: a bug in the handler/,
    );
  });
});
