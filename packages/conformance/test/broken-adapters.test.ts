/** Proves that the suites can fail: every mistake is caught by the case named for it, and every case catches a mistake. */
import { describe, expect, it } from "vitest";
import {
  blobStoreCases,
  type ConformanceCase,
  eventFeedCases,
  eventStoreCases,
  nameOf,
  type Opened,
  type Reopenable,
  readModelCases,
} from "../src/index.ts";
import { brokenBlobStores, durableBlobs } from "./broken/blob-stores.ts";
import { durableTarget } from "./broken/breaking-targets.ts";
import type { BrokenAdapter } from "./broken/broken-adapter.ts";
import { brokenEventFeeds } from "./broken/event-feeds.ts";
import { brokenEventStores } from "./broken/event-stores.ts";
import { durableLog } from "./broken/memory-log.ts";
import { brokenReadModels } from "./broken/read-models.ts";
import { failures } from "./failures.ts";

function skip(why: string): never {
  throw new Error(`Nothing is skipped here, but: ${why}`);
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
      expect(await failures(cases, honest, skip)).toEqual([]);
    });

    it.each(broken.map(({ mistake, ...adapter }) => [mistake, adapter] as const))(
      "fails an adapter that %s",
      async (_, adapter) => {
        const failed = await failures(cases, adapter.open, skip);

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

proveSuite("BlobStore", blobStoreCases, durableBlobs, brokenBlobStores);
proveSuite("EventStore", eventStoreCases, durableLog, brokenEventStores);
proveSuite("EventFeed", eventFeedCases, durableLog, brokenEventFeeds);
proveSuite("ReadModelStore", readModelCases, durableTarget, brokenReadModels);
