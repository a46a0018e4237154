/** Runs cases, one by one or as a vitest suite. */
import { describe, it } from "vitest";
import { type ConformanceCase, nameOf, type Opened } from "./conformance-case.ts";

/** Adapters whose storage may outlive them. */
export interface Reopenable<Adapters> extends Opened {
  /** Closes these and opens the same storage again. Absent where nothing survives. */
  reopen?(): Promise<Adapters & Reopenable<Adapters>>;
}

export interface Suite<Adapters> {
  /** Of the adapter, as reports show it. */
  readonly name: string;
  /** Fresh, empty adapters for one case. */
  open(): Promise<Adapters & Reopenable<Adapters>>;
  /** How long the adapter may take to show or to announce what was written. Default 5,000 ms. */
  readonly patienceMs?: number;
}

interface RunOptions {
  readonly patienceMs?: number;
  skip(why: string): never;
}

/** Runs one case on adapters of its own, and closes them whatever happens. */
export async function runCase<Adapters>(
  { run }: ConformanceCase<Adapters & Reopenable<Adapters>>,
  open: Suite<Adapters>["open"],
  { skip, patienceMs = 5_000 }: RunOptions,
): Promise<void> {
  let adapters = await open();
  const reopen = async () => {
    if (!adapters.reopen) return skip("the adapter is not durable: it offers no reopen()");
    adapters = await adapters.reopen();
    return adapters;
  };
  try {
    await run(adapters, { skip, reopen, patienceMs });
  } finally {
    await adapters.close();
  }
}

/** Registers the cases with vitest. */
export function registerCases<Adapters>(
  port: string,
  cases: readonly ConformanceCase<Adapters & Reopenable<Adapters>>[],
  { name, open, patienceMs = 5_000 }: Suite<Adapters>,
): void {
  describe(`${name} as ${port}`, () => {
    for (const one of cases) {
      it(nameOf(one), (context) => runCase(one, open, { skip: (why) => context.skip(why), patienceMs }));
    }
  });
}
