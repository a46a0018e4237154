/** Proves that the suites can fail: every mistake is caught by the case named for it, and every case catches a mistake. */
import { describe, expect, it } from "vitest";
import {
  type ConformanceCase,
  eventFeedCases,
  eventStoreCases,
  nameOf,
  type Opened,
  type Reopenable,
  readModelCases,
  runCase,
} from "../src/index.ts";
import { durableTarget } from "./broken/breaking-targets.ts";
import type { BrokenAdapter } from "./broken/broken-adapter.ts";
import { brokenEventFeeds } from "./broken/event-feeds.ts";
import { brokenEventStores } from "./broken/event-stores.ts";
import { durableLog } from "./broken/memory-log.ts";
import { brokenReadModels } from "./broken/read-models.ts";

/** Long enough for memory, short for adapters that never do what they are waited for. */
const patienceMs = 100;

function skip(why: string): never {
  throw new Error(`Nothing is skipped here, but: ${why}`);
}

/** The names of the cases that fail. */
async function failures<Adapters>(
  cases: readonly ConformanceCase<Adapters & Reopenable<Adapters>>[],
  open: () => Adapters & Reopenable<Adapters>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const one of cases) {
    await runCase<Adapters>(one, async () => open(), { skip, patienceMs }).catch(() => failed.push(nameOf(one)));
  }
  return failed;
}

function proveSuite<Adapters extends Opened>(
  port: string,
  cases: readonly ConformanceCase<Adapters & Reopenable<Adapters>>[],
  honest: () => Adapters & Reopenable<Adapters>,
  broken: readonly BrokenAdapter<Adapters & Reopenable<Adapters>>[],
): void {
  describe(`The suite of ${port}`, () => {
    const caught = new Set<string>();

    it("passes the memory adapter", async () => {
      expect(await failures(cases, honest)).toEqual([]);
    });

    it.each(broken.map(({ mistake, ...adapter }) => [mistake, adapter] as const))(
      "fails an adapter that %s",
      async (_, adapter) => {
        const failed = await failures(cases, adapter.open);

        expect(failed).toContain(adapter.caughtBy);
        for (const name of failed) caught.add(name);
      },
    );

    it("has no case that passes every broken adapter", () => {
      expect(cases.map(nameOf).filter((name) => !caught.has(name))).toEqual([]);
    });

    it("names each case once", () => {
      expect(new Set(cases.map(nameOf)).size).toBe(cases.length);
    });
  });
}

proveSuite("EventStore", eventStoreCases, durableLog, brokenEventStores);
proveSuite("EventFeed", eventFeedCases, durableLog, brokenEventFeeds);
proveSuite("ReadModelStore", readModelCases, durableTarget, brokenReadModels);
