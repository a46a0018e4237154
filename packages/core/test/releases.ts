/** Releases of one small app, which differ in the version of its projection, and what tests do with them. */
import * as z from "zod";
import {
  type AnyProjection,
  app,
  createRuntime,
  facts,
  projection,
  query,
  type Runtime,
  t,
  table,
} from "../src/index.ts";
import type { Engine, Environment, ReadModelStore } from "../src/port/index.ts";
import type { Settings } from "../src/runtime/settings.ts";
import { account, realEnvironment } from "./bank.ts";

const quick: Partial<Settings> = { stepIntervalMs: 0, pollMs: 20, stepBackoffMs: 5, leaseMs: 150, eventsPerStep: 7 };

/** Version 1 adds cents up, version 2 adds them up twice: a row shows which version made it. */
export function sums(version: number): AnyProjection {
  return projection("sums", {
    version,
    from: [account],
    key: ({ stream }) => stream.id,
    into: table({ id: t.key(), cents: t.integer() }),
    on: { "account.Deposited": (row, { data }) => ({ cents: (row?.cents ?? 0) + data.cents * version }) },
  });
}

/** The same with a column more. */
export function widerSums(version: number): AnyProjection {
  return projection("sums", {
    version,
    from: [account],
    key: ({ stream }) => stream.id,
    into: table({ id: t.key(), cents: t.integer(), entries: t.integer() }),
    on: {
      "account.Deposited": (row, { data }) => ({
        cents: (row?.cents ?? 0) + data.cents * version,
        entries: (row?.entries ?? 0) + 1,
      }),
    },
  });
}

/** The same as facts, one for each deposit. */
export function sumFacts(version: number): AnyProjection {
  return facts("sums", {
    version,
    from: [account],
    columns: { cents: t.integer() },
    on: { "account.Deposited": ({ data }) => ({ cents: data.cents * version }) },
  });
}

interface ReleaseOptions {
  readonly settings?: Partial<Settings>;
  readonly environment?: Environment;
}

export function release(
  engine: Engine,
  one: AnyProjection,
  { settings, environment = realEnvironment }: ReleaseOptions = {},
): Runtime {
  const row = query("row", {
    input: z.object({ id: z.string() }),
    from: [one],
    run: ({ id }, { read }) => read.sums?.get(id) as Promise<unknown>,
  });
  const bank = app({ aggregates: [account], projections: [one], queries: [row] });
  return createRuntime(bank, { engine, environment, settings: { ...quick, ...settings } }) as unknown as Runtime;
}

/** Deposits a cent that many times, and returns the last token. */
export async function deposit(runtime: Runtime, id: string, count = 1): Promise<string> {
  let token = "";
  for (let made = 0; made < count; made++) {
    const outcome = await runtime.dispatch({ aggregate: "account", id, command: "Deposit", data: { cents: 1 } });
    if (outcome.ok) token = outcome.token;
  }
  return token;
}

/** The engine with another way to write to its target. */
export function writingBy(engine: Engine, change: (write: ReadModelStore["write"]) => ReadModelStore["write"]): Engine {
  const { readModels } = engine;
  return { ...engine, readModels: { ...readModels, write: change(readModels.write) } };
}

/** Such as `1.0 previous` and `2.0 live`. */
export async function buildsOf({ readModels }: Engine): Promise<readonly string[]> {
  const builds = await readModels.builds.list("sums");
  return builds.map(({ model, state }) => `${model.version}.${model.build} ${state}`);
}
