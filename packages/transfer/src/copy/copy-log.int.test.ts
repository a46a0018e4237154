import * as fc from "fast-check";
import { memoryEngine } from "foldstream/memory";
import type { Engine, StreamWrite } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { contentsOf, fill, plainSteps, steps } from "../../test/logs.ts";
import { openSqlite } from "../../test/scratch.ts";
import { copyLog, digestLog, type TransferProgress } from "../index.ts";

type Act = (appends: number, writes: readonly StreamWrite[]) => void | Promise<void>;

/** An engine that does something of its own before each append. */
function beforeAppend(engine: Engine, act: Act): Engine {
  let appends = 0;
  const eventStore = {
    ...engine.eventStore,
    append: async (writes: readonly StreamWrite[]) => {
      await act(++appends, writes);
      return engine.eventStore.append(writes);
    },
  };
  return { ...engine, eventStore };
}

/** An engine that does something of its own each time all its receipts have been listed. */
function afterReceipts(engine: Engine, act: (walks: number) => void | Promise<void>): Engine {
  let walks = 0;
  const listReceipts: Engine["eventStore"]["listReceipts"] = async (options) => {
    const page = await engine.eventStore.listReceipts(options);
    if (page.next === undefined) await act(++walks);
    return page;
  };
  return { ...engine, eventStore: { ...engine.eventStore, listReceipts } };
}

/** A command that was accepted and had no events, on the stream as it is. */
async function executeIdly({ eventStore }: Engine, { stream, commandId }: { stream: string; commandId: string }) {
  const version = (await eventStore.read(stream, { after: 0, limit: 10_000 })).length;
  const receipts = [{ commandId, fingerprint: commandId, version }];
  const { ok } = await eventStore.append([{ stream, expected: version, events: [], receipts }]);
  if (!ok) throw new Error(`The idle command on ${stream} was refused.`);
}

describe("a copy", () => {
  it("holds every event and receipt of any log: memory to SQLite to memory", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (log) => {
        const [first, second, third] = [memoryEngine({ partitions: 4 }), openSqlite(), memoryEngine({ partitions: 3 })];
        await fill(first, log);

        const there = await copyLog(first, second);
        const back = await copyLog(second, third);

        const contents = await contentsOf(first);
        expect(await contentsOf(second)).toEqual(contents);
        expect(await contentsOf(third)).toEqual(contents);
        expect(there.log).toEqual(back.log);
        expect(await digestLog(third)).toEqual(await digestLog(first));
        expect(there.written).toEqual({ events: contents.events.length, receipts: contents.receipts.length });
      }),
      { numRuns: 30 },
    );
  });

  it("of a log with long streams and large events is cut into appends, and equal", async () => {
    const [from, to] = [memoryEngine({ partitions: 2 }), memoryEngine()];
    const log = plainSteps(5_000, 3).map((step, index) =>
      index % 500 === 0 ? { ...step, texts: [JSON.stringify("é".repeat(150_000)), "1", "2"] } : step,
    );
    await fill(from, log);
    const sizes: number[] = [];
    const measured = beforeAppend(to, (_, writes) => {
      sizes.push(...writes.map(({ events }) => events.length));
    });

    await copyLog(from, measured);

    expect(await contentsOf(to)).toEqual(await contentsOf(from));
    expect(Math.max(...sizes)).toBe(200);
  });

  it("keeps receipts with their events: no more appends than a log without receipts takes", async () => {
    const [from, to] = [memoryEngine({ partitions: 4 }), memoryEngine()];
    const log = plainSteps(500).map((step) => ({ ...step, texts: ["1"], idle: false }));
    await fill(from, log);
    let appends = 0;

    await copyLog(
      from,
      beforeAppend(to, () => {
        appends++;
      }),
    );

    expect(appends).toBe(20);
  });

  it("writes nothing the second time", async () => {
    const [from, to] = [memoryEngine({ partitions: 4 }), openSqlite()];
    await fill(from, plainSteps(300));
    const first = await copyLog(from, to);

    const second = await copyLog(from, to);

    expect(second).toEqual({ log: first.log, written: { events: 0, receipts: 0 } });
  });

  it("adds what the source has got since", async () => {
    const [from, to] = [memoryEngine({ partitions: 4 }), memoryEngine()];
    await fill(from, plainSteps(300));
    await copyLog(from, to);
    const more = { type: "counter.Incremented", schemaVersion: 1, data: "7", recordedAt: 1 } as const;
    const metadata = { commandId: "late", causationId: "late", correlationId: "late" };
    const receipts = [{ commandId: "late", fingerprint: "late", version: 1 }];
    await from.eventStore.append([{ stream: "new-1", expected: 0, events: [{ ...more, metadata }], receipts }]);

    const result = await copyLog(from, to);

    expect(result.written).toEqual({ events: 1, receipts: 1 });
    expect(await contentsOf(to)).toEqual(await contentsOf(from));
  });

  it("follows a source that is written to meanwhile, until it rests", async () => {
    const [from, to] = [memoryEngine({ partitions: 4 }), memoryEngine()];
    await fill(from, plainSteps(100));
    const late = plainSteps(50).map((step) => ({ ...step, stream: `late-${step.stream}` }));
    const growing = beforeAppend(to, (appends) => (appends === 5 ? fill(from, late) : undefined));

    await copyLog(from, growing);

    expect(await contentsOf(to)).toEqual(await contentsOf(from));
    expect((await contentsOf(to)).events.length).toBe(2 * 90 - 45);
  });

  it("G2 takes over the receipt of a command without events that was executed while receipts were copied", async () => {
    const [source, to] = [openSqlite(), memoryEngine()];
    await fill(source, plainSteps(300));
    const idle = (count: number) => ({ stream: "counter-0", commandId: `a-${count}` });
    const from = afterReceipts(source, (walks) => (walks === 1 ? executeIdly(source, idle(walks)) : undefined));

    await copyLog(from, to);

    expect(await contentsOf(to)).toEqual(await contentsOf(source));
    expect(await to.eventStore.receipts("counter-0", ["a-1"])).toHaveLength(1);
  });

  it("G2 gives up on a source where commands without events never end", async () => {
    const [source, to] = [openSqlite(), memoryEngine()];
    await fill(source, plainSteps(10));
    const idle = (count: number) => ({ stream: "counter-0", commandId: `a-${count}` });
    const from = afterReceipts(source, (walks) => executeIdly(source, idle(walks)));

    await expect(copyLog(from, to)).rejects.toMatchObject({ problem: "source-busy" });
  });

  it("gives up on a source that never rests, and says what to stop", async () => {
    const [from, to] = [memoryEngine({ partitions: 4 }), memoryEngine()];
    await fill(from, plainSteps(10));
    const metadata = { commandId: "busy", causationId: "busy", correlationId: "busy" };
    const event = { type: "counter.Incremented", schemaVersion: 1, data: "1", recordedAt: 1, metadata };
    const busy = beforeAppend(to, async (appends) => {
      await from.eventStore.append([{ stream: `busy-${appends}`, expected: 0, events: [event], receipts: [] }]);
    });

    await expect(copyLog(from, busy)).rejects.toMatchObject({
      problem: "source-busy",
      message: expect.stringContaining("Stop what writes to it"),
    });
  });

  it("tells how far it is, phase by phase, never backwards", async () => {
    const [from, to] = [memoryEngine({ partitions: 4 }), memoryEngine()];
    await fill(from, plainSteps(6_000));
    const told: TransferProgress[] = [];

    const { log } = await copyLog(from, to, { onProgress: (progress) => told.push(progress) });

    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(["events", "receipts", "verify"]);
    for (const phase of ["events", "verify"] as const) {
      const steps = told.filter((progress) => progress.phase === phase);
      expect(steps.at(-1)).toEqual({ phase, done: log.events.count, share: 1 });
      expect(steps.map(({ share }) => share)).toEqual(steps.map(({ share = 0 }) => share).toSorted((a, b) => a - b));
    }
  });
});
