/**
 * A bank whose read models are rebuilt, redriven and dropped all the time while commands come in and reminders fall due, on any engine: what
 * a process does until it is killed, and what must hold after it.
 */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  app,
  createRuntime,
  facts,
  isFoldstreamError,
  policy,
  projection,
  type Runtime,
  send,
  t,
  table,
  timer,
} from "foldstream";
import type { Engine, FedEvent } from "foldstream/port";
import { expect } from "vitest";
import { account, realEnvironment } from "../../packages/core/test/bank.ts";
import { everything } from "./log.ts";
import { seededRandom } from "./random.ts";

/** How fast things go: as the engine allows. */
export interface UpkeepPace {
  /** Between commands of a lane, in milliseconds. */
  readonly pauseMs: number;
  readonly leaseMs: number;
  /** How many commands a process sends at most. */
  readonly commands: number;
}

const quick: UpkeepPace = { pauseMs: 3, leaseMs: 400, commands: Number.POSITIVE_INFINITY };
/** On an engine that takes tens of milliseconds for a write. */
export const slow: UpkeepPace = { pauseMs: 200, leaseMs: 3_000, commands: 60 };

const settings = {
  pollMs: 50,
  stepBackoffMs: 100,
  eventsPerStep: 50,
  parking: { retries: 0, share: 1, atLeast: 0, atMost: 100_000 },
};

/** A runtime whose projections fail on every deposit of seven cents for as long as it is `ill`. */
function bankRuntime(engine: Engine, { leaseMs }: UpkeepPace, isIll: () => boolean): Runtime {
  const check = (cents: number) => {
    if (cents === 7 && isIll()) throw new TypeError("seven cents");
  };
  const sums = projection("sums", {
    version: 1,
    from: [account],
    key: ({ stream }) => stream.id,
    into: table({ id: t.key(), cents: t.integer(), deposits: t.integer() }),
    on: {
      "account.Deposited": (row, { data }) => {
        check(data.cents);
        return { cents: (row?.cents ?? 0) + data.cents, deposits: (row?.deposits ?? 0) + 1 };
      },
    },
  });
  const entries = facts("entries", {
    version: 1,
    from: [account],
    columns: { account: t.text(), cents: t.integer() },
    on: {
      "account.Deposited": ({ stream, data }) => {
        check(data.cents);
        return { account: stream.id, cents: data.cents };
      },
    },
  });
  const reminders = policy("reminders", {
    from: [account],
    on: {
      "account.Deposited": ({ stream, version }) =>
        version === 1
          ? timer(`remind-${stream.id}`, { afterMs: 100 }, send(account, stream.id, "Note", { note: "remind" }))
          : [],
    },
  });
  const bank = app({ aggregates: [account], projections: [sums, entries], policies: [reminders] });
  return createRuntime(bank, {
    engine,
    environment: realEnvironment,
    settings: { ...settings, leaseMs },
  }) as unknown as Runtime;
}

export interface UpkeepOptions {
  /** Begins the ids of its commands and accounts. */
  readonly name: string;
  readonly seed: number;
  readonly pace?: UpkeepPace;
}

/** From the arguments `<name> <seed>` of a process. */
export function upkeepOptions([name = "", seed = "1"]: readonly string[]): UpkeepOptions {
  return { name, seed: Number(seed) };
}

/** Deposits on two lanes, and looks after the read models beside them. Says `ok <command> <stream>`, and `did <what>`. */
export async function runUpkeep(engine: Engine, { name, seed, pace = quick }: UpkeepOptions): Promise<never> {
  const random = seededRandom(seed);
  let ill = true;
  const runtime = bankRuntime(engine, pace, () => ill);
  await runtime.start();
  let sent = 0;
  const lane = async () => {
    while (sent < pace.commands) {
      const [id, commandId] = [`${name}${Math.floor(sent / 40)}x${Math.floor(random() * 9)}`, `${name}-${sent++}`];
      const data = { cents: 1 + Math.floor(random() * 9) };
      const outcome = await runtime.dispatch({ aggregate: "account", id, command: "Deposit", data, commandId });
      if (outcome.ok) print(`ok ${commandId} account-${id}`);
      await sleep(random() * 2 * pace.pauseMs);
    }
  };
  const lookAfter = async () => {
    for (;;) {
      ill = true;
      await sleep(random() * 100);
      await attempt("rebuilt", () => runtime.builds.rebuild("sums", { switch: random() < 0.7 }));
      ill = false;
      await attempt("redrove", () => runtime.redrive({}));
      await attempt("rebuilt", () => runtime.builds.rebuild("entries", { switch: true }));
      await attempt("dropped", () => runtime.builds.drop(random() < 0.5 ? "sums" : "entries"));
    }
  };
  await Promise.all([lane(), lane(), lookAfter()]);
  throw new Error("Lanes never end.");
}

/** What operators tell each other when they meet. A build that is dropped under a reader is gone. */
const expected = new Set(["lease-lost", "build-changed", "not-caught-up", "unknown-build", "store-failure"]);

async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    print(`did ${what}`);
  } catch (error) {
    if (!isFoldstreamError(error) || !expected.has(error.code)) throw error;
    print(`could not: ${what}, ${error.code}`);
  }
}

/** An engine that records what was appended into its feed only later can be told to. */
type SweptEngine = Engine & { sweep?(): Promise<void> };

/** Lets everything that was begun come to its end with handlers that are well, and checks log, read models, parked streams and timers. */
export async function expectKept(engine: SweptEngine, said: readonly string[], pace = quick): Promise<void> {
  const runtime = bankRuntime(engine, pace, () => false);
  await runtime.start();
  const log = await atRest(runtime, engine);
  expectCommandsOnce(log, said);
  expectRemindedOnce(log);
  await expectExact(runtime, engine, log);
  await runtime.builds.rebuild("sums");
  expect(await runtime.builds.compare("sums")).toMatchObject({ equal: true });
  await runtime.stop();
}

/** The log once nothing is parked, due or behind any more, and it grows no more. What never comes to rest shows as a test that does not end. */
async function atRest(runtime: Runtime, engine: SweptEngine): Promise<readonly FedEvent[]> {
  for (let known = -1; ; ) {
    await engine.sweep?.();
    const redriven = await runtime.redrive({});
    expect(redriven.filter(({ failed }) => failed)).toEqual([]);
    const { projections, policies } = await runtime.status();
    const open = policies.map(({ waiting, timers, failing, parked }) => waiting + timers + failing + parked);
    const lags = [...projections, ...policies].flatMap(({ partitions }) => partitions.map(({ lag }) => lag));
    const parked = projections.map((one) => one.parked);
    const log = await everything(engine.eventFeed);
    const resting = [...open, ...lags, ...parked].every((count) => count === 0);
    if (resting && log.length === known) return log;
    known = resting ? log.length : -1;
    await sleep(20);
  }
}

function expectCommandsOnce(log: readonly FedEvent[], said: readonly string[]): void {
  const times = new Map<string, number>();
  for (const { type, metadata } of log)
    if (type === "account.Deposited") times.set(metadata.commandId, (times.get(metadata.commandId) ?? 0) + 1);
  expect([...times].filter(([, count]) => count !== 1)).toEqual([]);
  const acknowledged = said.filter((line) => line.startsWith("ok ")).map((line) => line.split(" ")[1] as string);
  expect(acknowledged.filter((commandId) => !times.has(commandId))).toEqual([]);
}

function expectRemindedOnce(log: readonly FedEvent[]): void {
  for (const [stream, events] of Map.groupBy(log, (event) => event.stream))
    expect(events.filter(({ type }) => type === "account.Noted").length, stream).toBe(1);
}

/** By the audit, and by adding up the log here. */
async function expectExact(runtime: Runtime, engine: Engine, log: readonly FedEvent[]): Promise<void> {
  const audits = await runtime.audit();
  expect(audits.map(({ ok, drifted, problem, parked }) => ({ ok, drifted, problem, parked }))).toEqual(
    audits.map(() => ({ ok: true, drifted: [], problem: undefined, parked: 0 })),
  );
  const deposits = log.filter(({ type }) => type === "account.Deposited");
  const sums = new Map<string, number>();
  for (const { stream, data } of deposits) {
    const id = stream.slice("account-".length);
    sums.set(id, (sums.get(id) ?? 0) + (JSON.parse(data) as { cents: number }).cents);
  }
  expect(new Map(await rowsOf(engine, "sums"))).toEqual(sums);
  expect(await rowsOf(engine, "entries")).toHaveLength(deposits.length);
}

/** Of the one build that is live: keys, or places, with cents. */
async function rowsOf({ readModels }: Engine, name: string): Promise<readonly (readonly [string, unknown])[]> {
  const live = (await readModels.builds.list(name)).filter(({ state }) => state === "live");
  expect(live).toHaveLength(1);
  const rows: [string, unknown][] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await readModels.scan(live[0]?.model as never, {
      limit: 1_000,
      ...(after !== undefined && { after }),
    });
    for (const found of page.rows) rows.push([found.key, "row" in found && found.row.cents]);
    after = page.next;
  }
  return rows;
}

/** Written straight to the pipe: what is said has been said, also when the next instant is the last one. */
function print(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Lines of a worker that has done something of each kind: waiting for them makes sure that the kills are about that. */
export const milestones = ["did rebuilt", "did redrove", "did dropped"] as const;
