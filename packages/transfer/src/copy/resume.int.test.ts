import { join } from "node:path";
import { sqliteEngine } from "@foldstream/sqlite";
import * as fc from "fast-check";
import { memoryEngine } from "foldstream/memory";
import type { Engine, EventFeed } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { contentsOf, fill, plainSteps, steps } from "../../test/logs.ts";
import { openSqlite, scratchFolder } from "../../test/scratch.ts";
import { copyLog } from "../index.ts";

type Append = Engine["eventStore"]["append"];

function withAppend(engine: Engine, append: (original: Append) => Append): Engine {
  return { ...engine, eventStore: { ...engine.eventStore, append: append(engine.eventStore.append) } };
}

/** Aborts at the append of that number, so that others are on their way. */
function abortingAt(engine: Engine, at: number) {
  const stop = new AbortController();
  let appends = 0;
  const to = withAppend(engine, (append) => (writes) => {
    if (++appends >= at) stop.abort();
    return append(writes);
  });
  return { to, signal: stop.signal };
}

describe("a copy that was stopped", () => {
  it("goes on where it was, whenever that was, and ends equal", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }), async (log, stops) => {
        const [from, target] = [memoryEngine({ partitions: 3 }), memoryEngine({ partitions: 2 })];
        await fill(from, log);
        for (const at of stops) {
          const { to, signal } = abortingAt(target, at);
          await copyLog(from, to, { signal, concurrency: 2 }).catch((error: unknown) => {
            if (!signal.aborted) throw error;
          });
        }

        await copyLog(from, target);

        expect(await contentsOf(target)).toEqual(await contentsOf(from));
      }),
      { numRuns: 60 },
    );
  });

  it("writes on disk only what is missing", async () => {
    const from = memoryEngine({ partitions: 4 });
    await fill(from, plainSteps(9_000));
    const path = join(scratchFolder(), "copy.db");
    const before = sqliteEngine({ path, synchronous: "normal" });
    const { to, signal } = abortingAt(before, 20);
    await expect(copyLog(from, to, { signal, concurrency: 4 })).rejects.toThrow("aborted");
    const there = await contentsOf(before);
    await before.close();

    const after = openSqlite(path);
    const { written, log } = await copyLog(from, after);

    expect(there.events.length).toBeGreaterThan(0);
    expect(written.events).toBe(log.events.count - there.events.length);
    expect(written.events).toBeGreaterThan(0);
    expect(await contentsOf(after)).toEqual(await contentsOf(from));
  });

  it("has left no append running when it rejects", async () => {
    const [from, target] = [memoryEngine(), memoryEngine()];
    await fill(from, plainSteps(200));
    let running = 0;
    const failing = withAppend(target, (append) => async (writes) => {
      running++;
      try {
        await new Promise((resolve) => setImmediate(resolve));
        if (writes[0]?.stream === "counter-14") throw new Error("the disk is gone");
        return await append(writes);
      } finally {
        running--;
      }
    });

    await expect(copyLog(from, failing)).rejects.toThrow("the disk is gone");

    expect(running).toBe(0);
  });
});

describe("a copy into a target whose answers or feed come late", () => {
  it("recognizes appends that were written although they rejected", async () => {
    const [from, target] = [memoryEngine({ partitions: 4 }), memoryEngine()];
    await fill(from, plainSteps(400));
    const unsure = withAppend(target, (append) => async (writes) => {
      await append(writes);
      throw new Error("no answer");
    });
    const blind = { ...target, eventFeed: { ...target.eventFeed, head: async () => 0 } };

    await expect(copyLog(from, unsure)).rejects.toThrow("no answer");
    await expect(copyLog(from, blind, { patienceMs: 0 })).rejects.toMatchObject({ problem: "copy-differs" });

    expect(await contentsOf(target)).toEqual(await contentsOf(from));
  });

  it("waits until the feed shows everything", async () => {
    const [from, target] = [memoryEngine({ partitions: 2 }), memoryEngine()];
    await fill(from, plainSteps(400));
    const late = { ...target, eventFeed: laterAt(target.eventFeed, 60) };

    const { log } = await copyLog(from, late);

    expect(log.events.count).toBe(360);
  });
});

/** Shows nothing for the first looks, then ten events more at each look. */
function laterAt(feed: EventFeed, looks: number): EventFeed {
  let looked = 0;
  const head: EventFeed["head"] = async (partition) =>
    Math.min(await feed.head(partition), ++looked < looks / 10 ? 0 : looked * 10);
  return { ...feed, head };
}
