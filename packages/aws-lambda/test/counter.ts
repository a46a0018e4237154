/** The counter as functions on an engine in memory, and invocations as Lambda makes them. */
import { memoryEngine } from "foldstream/memory";
import type { ReadModel } from "foldstream/port";
import {
  type Invocation,
  type LambdaEngine,
  type LambdaFunctions,
  lambdaFunctions,
  type Standing,
} from "../src/index.ts";
import type { LambdaFunctionsOptions } from "../src/lambda-functions.ts";
import { counting, totals } from "./counter-app.ts";

export const totalsModel: ReadModel = {
  ...{ name: "totals", version: 1, build: 0, kind: "table" },
  ...{ columns: totals.table.columns, indexes: [], search: [] },
};

type LoggedLine = readonly [level: string, message: string, details: unknown];

export interface Counting extends LambdaFunctions {
  readonly engine: LambdaEngine;
  readonly logged: LoggedLine[];
  readonly measured: Standing[];
  /** What the log holds of a counter, in order. */
  increments(id: string): Promise<readonly number[]>;
  /** What the read model holds of it, whatever is still to come. */
  total(id: string): Promise<unknown>;
}

/** Functions of their own copy. Two on one engine are two copies. */
export async function countingFunctions(
  options: Partial<LambdaFunctionsOptions> = {},
  engine: LambdaEngine = memoryEngine({ partitions: 3, takeOverAtStart: false }),
): Promise<Counting> {
  const logged: LoggedLine[] = [];
  const measured: Standing[] = [];
  const metrics = (standing: Standing) => void measured.push(standing);
  const log = (...line: [level: string, message: string, details?: unknown]) =>
    void logged.push([line[0], line[1], line[2]]);
  const settings = { leaseMs: 150, pollMs: 20, ...options.settings };
  const functions = await lambdaFunctions({ app: counting, engine: () => engine, log, metrics, ...options, settings });
  return {
    ...functions,
    engine,
    logged,
    measured,
    async increments(id) {
      const stored = await engine.eventStore.read(`counter-${id}`, { after: 0, limit: 1_000 });
      return stored.map(({ data }) => JSON.parse(data).by as number);
    },
    async total(id) {
      return (await engine.readModels.reader(totalsModel).get(id))?.value ?? 0;
    },
  };
}

export function invocation(ms = 60_000): Invocation {
  const endsAt = performance.now() + ms;
  return { getRemainingTimeInMillis: () => Math.max(0, endsAt - performance.now()) };
}

export const increment = (id: string, by = 1, more: object = {}) => ({
  ...{ aggregate: "counter", id, command: "Increment", data: { by } },
  ...more,
});
