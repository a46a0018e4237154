/** A bank whose read models stand still at the end of its log, to be changed behind the audit's back. */
import { type App, createRuntime, type ReadModelAudit, type Runtime, type Settings } from "../src/index.ts";
import { memoryEngine } from "../src/memory/index.ts";
import type { Engine, FactWrite, ReadModel, Row, RowWrite } from "../src/port/index.ts";
import { readModelOf } from "../src/runtime/projection/fold.ts";
import { account, balances, bank, deposits, realEnvironment } from "./bank.ts";

export const balancesModel = readModelOf(balances);
export const depositsModel = readModelOf(deposits);

export const quick: Partial<Settings> = { stepIntervalMs: 0, pollMs: 20, stepBackoffMs: 5 };

export const none = { missing: 0, stale: 0, extra: 0, corrupt: 0 };

export interface Settled {
  readonly engine: Engine;
  /** Has been stopped: nothing projects any more. */
  readonly runtime: Runtime;
  audit(projection: string): Promise<ReadModelAudit>;
}

export interface SettledOptions {
  readonly app?: App;
  readonly partitions?: number;
  readonly settings?: Partial<Settings>;
}

/** Runs the commands, projects all of it, and stops. */
export async function settledBank(
  commands: (run: (id: string, command: string, cents?: number) => Promise<void>) => Promise<void>,
  { app = bank, partitions = 3, settings = {} }: SettledOptions = {},
): Promise<Settled> {
  const engine = memoryEngine({ partitions });
  const runtime = runtimeOn(engine, settings, app);
  await runtime.start();
  await commands(async (id, command, cents) => {
    const data = cents === undefined ? {} : { cents };
    const outcome = await runtime.dispatch({ aggregate: account.name, id, command, data });
    if (!outcome.ok) throw new Error(`The command was refused: ${outcome.reason}.`);
  });
  await caughtUp(runtime);
  await runtime.stop();
  return { engine, runtime, audit: async (name) => only(await runtime.audit({ projections: [name] })) };
}

/** Five accounts with three deposits each, of 10, 20 and 30 cents. */
export function fiveAccounts(partitions = 3): Promise<Settled> {
  return settledBank(
    async (run) => {
      for (const cents of [10, 20, 30]) for (const id of ["a", "b", "c", "d", "e"]) await run(id, "Deposit", cents);
    },
    { partitions },
  );
}

export interface Deposits {
  /** How many commands were sent so far. */
  sent(): number;
  /** Resolves when all are answered. */
  stop(): Promise<void>;
}

/** Deposits a cent on one of ten accounts after the other, two at a time, until it is stopped. */
export function keepDepositing(runtime: Runtime): Deposits {
  let done = false;
  let sent = 0;
  const client = async () => {
    while (!done) {
      const id = `account-${(++sent * 7) % 10}`;
      await runtime.dispatch({ aggregate: "account", id, command: "Deposit", data: { cents: 1 } });
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const clients = Promise.all([client(), client()]);
  const stop = async () => {
    done = true;
    await clients;
  };
  return { sent: () => sent, stop };
}

export function runtimeOn(engine: Engine, settings: Partial<Settings> = {}, app: App = bank): Runtime {
  const options = { engine, environment: realEnvironment, settings: { ...quick, ...settings } };
  return createRuntime(app, options) as unknown as Runtime;
}

export function only<T>(values: readonly T[]): T {
  if (values.length !== 1) throw new Error(`Expected one, found ${values.length}.`);
  return values[0] as T;
}

/** Resolves when every projection includes all there is. */
export async function caughtUp(runtime: Runtime): Promise<void> {
  for (;;) {
    const { projections } = await runtime.status();
    if (projections.flatMap(({ partitions }) => partitions).every(({ lag }) => lag === 0)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface Change {
  readonly rows?: readonly RowWrite[];
  readonly facts?: readonly FactWrite[];
  readonly partition?: string;
}

/** Changes what is stored without moving the checkpoint, as nothing but a mistake does. */
export async function tamper({ readModels }: Engine, model: ReadModel, change: Change): Promise<void> {
  const { rows = [], facts = [], partition = "0" } = change;
  const position = await readModels.checkpoint(model, partition);
  const step = { partition, expected: position, next: position, rows, facts };
  const result = await readModels.write(model, step);
  if (!result.ok) throw new Error(`The change was refused: ${result.reason}.`);
}

/** The row of a key with some columns changed. */
export async function altered({ readModels }: Engine, key: string, change: Row): Promise<RowWrite> {
  const row = (await readModels.load(balancesModel, [key])).get(key);
  return { key, row: { ...row, ...change } };
}

/** Moves a checkpoint by hand. */
export async function moveCheckpoint(
  { readModels }: Engine,
  model: ReadModel,
  partition: string,
  by: number,
): Promise<void> {
  const expected = await readModels.checkpoint(model, partition);
  await readModels.write(model, { partition, expected, next: expected + by, rows: [], facts: [] });
}

/** Every fact with the place it has. */
export async function placedFacts({
  readModels,
}: Engine): Promise<readonly { readonly key: string; readonly row: Row }[]> {
  const { rows } = await readModels.scan(depositsModel, { limit: 1_000 });
  return rows.flatMap((found) => ("row" in found ? [found] : []));
}
