/** Proves that the suites ask no more than the ports promise: adapters that use their freedom pass. */
import { describe, expect, it } from "vitest";
import { eventFeedCases, eventStoreCases } from "../src/index.ts";
import { failures } from "./failures.ts";
import { honestLogs } from "./honest/logs.ts";

class Skipped extends Error {}

describe.each([
  ["EventStore", eventStoreCases],
  ["EventFeed", eventFeedCases],
] as const)("The suite of %s", (_, cases) => {
  it.each(honestLogs.map(({ freedom, ...adapter }) => [freedom, adapter] as const))(
    "passes an adapter that %s",
    async (_, { open, skips }) => {
      const reasons = new Set<string>();
      const skip = (why: string): never => {
        reasons.add(why);
        throw new Skipped(why);
      };
      const tolerant = cases.map((one) => ({
        ...one,
        run: (...[adapters, tools]: Parameters<typeof one.run>) =>
          one.run(adapters, tools).catch((error: unknown) => {
            if (!(error instanceof Skipped)) throw error;
          }),
      }));

      expect(await failures(tolerant, open, skip)).toEqual([]);
      expect([...reasons].filter((why) => why !== skips)).toEqual([]);
    },
  );
});
