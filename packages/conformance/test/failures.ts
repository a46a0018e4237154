/** Runs a suite by hand, to see what an adapter fails. */
import { type ConformanceCase, nameOf, type Reopenable, runCase } from "../src/index.ts";

/** Long enough for memory, short for adapters that never do what they are waited for. */
const patienceMs = 100;

/** The names of the cases that fail. */
export async function failures<Adapters>(
  cases: readonly ConformanceCase<Adapters & Reopenable<Adapters>>[],
  open: () => Adapters & Reopenable<Adapters>,
  skip: (why: string) => never,
): Promise<string[]> {
  const failed: string[] = [];
  for (const one of cases) {
    await runCase<Adapters>(one, async () => open(), { skip, patienceMs }).catch(() => failed.push(nameOf(one)));
  }
  return failed;
}
