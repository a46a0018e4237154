import { memoryEngine } from "foldstream/memory";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Counting, countingFunctions, increment, invocation, totalsModel } from "../test/counter.ts";
import { requestEvent, scheduledEvent, sqsEvent, streamEvent } from "../test/events.ts";
import type { LambdaEngine } from "./index.ts";

/** One invocation of each function. */
async function invokeAll({ http, worker, queue, audit }: Counting): Promise<void> {
  await http(requestEvent("POST", "/commands/counter/a/Increment", { body: {} }), invocation());
  await queue(sqsEvent([increment("b")]));
  await worker(streamEvent(["counter-a", "counter-b"]), invocation());
  await http(requestEvent("GET", "/queries/total", { query: "id=a" }), invocation());
  await worker(scheduledEvent(), invocation());
  await audit({ part: 0 }, invocation());
}

/** An engine that notes when its read models are prepared. */
function noting(prepared: string[]): LambdaEngine {
  const engine = memoryEngine({ takeOverAtStart: false });
  const prepare: typeof engine.readModels.prepare = async (models) => {
    prepared.push(...models.map(({ name }) => name));
    await engine.readModels.prepare(models);
  };
  return { ...engine, readModels: { ...engine.readModels, prepare } };
}

/** Timers that have neither fired nor been cleared, from now on. */
function openTimers(): ReadonlySet<unknown> {
  const open = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((task: () => void, ms: number) => {
    const timer = set(() => {
      open.delete(timer);
      task();
    }, ms);
    open.add(timer);
    return timer;
  }) as typeof setTimeout);
  vi.spyOn(globalThis, "clearTimeout").mockImplementation((timer) => {
    open.delete(timer);
    clear(timer);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return open;
}

describe("a copy of functions", () => {
  it("opens its engine and prepares its read models in the init phase, and never again", async () => {
    const prepared: string[] = [];
    let opened = 0;
    const functions = await countingFunctions({
      engine: () => {
        opened++;
        return noting(prepared);
      },
    });
    expect({ opened, prepared }).toEqual({ opened: 1, prepared: ["totals"] });

    await invokeAll(functions);
    await invokeAll(functions);

    expect({ opened, prepared }).toEqual({ opened: 1, prepared: ["totals"] });
  });

  it("G10 leaves no timer and no lease behind, whatever it has answered", async () => {
    const functions = await countingFunctions();
    const timers = openTimers();

    await invokeAll(functions);

    expect([...timers]).toEqual([]);
    const [lease] = await functions.engine.readModels.leases.read([totalsModel]);
    expect(lease).toMatchObject({ holder: null });
  });
});
