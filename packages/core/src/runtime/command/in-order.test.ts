import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bank, realEnvironment } from "../../../test/bank.ts";
import { memoryEngine } from "../../memory/index.ts";
import type { Engine, EventStore, FedEvent } from "../../port/index.ts";
import { createRuntime } from "../create-runtime.ts";
import { type CommandOutcome, isAnswer } from "../outcome.ts";
import type { CommandRequest } from "../runtime.ts";

type Append = EventStore["append"];

function runtimeOn(engine: Engine, append: Append = (writes) => engine.eventStore.append(writes)) {
  const eventStore = Object.assign(Object.create(engine.eventStore) as EventStore, { append });
  return createRuntime(bank, { engine: { ...engine, eventStore }, environment: realEnvironment });
}

const deposit = (id: string, cents: number, commandId: string): CommandRequest => ({
  ...{ aggregate: "account", id, command: "Deposit", data: { cents }, commandId },
});

async function logOf({ eventFeed }: Engine): Promise<readonly FedEvent[]> {
  return (await eventFeed.read("0", 0, 1_000)).events;
}

const placeOf = ({ stream, version, data, metadata }: FedEvent) => [stream, version, data, metadata.commandId];

describe("dispatchInOrder", () => {
  it("decides neighbours on one stream together: one append, an id and an answer each", async () => {
    const engine = memoryEngine();
    const appends: number[] = [];
    const runtime = runtimeOn(engine, (writes) => {
      appends.push(...writes.map(({ receipts }) => receipts.length));
      return engine.eventStore.append(writes);
    });

    const requests = [deposit("1", 5, "a"), deposit("1", 6, "b"), deposit("2", 7, "c"), deposit("1", 8, "d")];
    const { ok, results } = await runtime.dispatchInOrder(requests);

    expect(ok).toBe(true);
    expect(appends).toEqual([2, 1, 1]);
    expect(results).toMatchObject(
      [1, 2, 1, 3].map((version, index) => ({
        status: "fulfilled",
        value: { ok: true, version, replayed: false, commandId: "abcd"[index] },
      })),
    );
  });

  it("writes what one command after the other would, and none behind the first that failed", async () => {
    const kind = fc.constantFrom("deposit", "reject", "throw", "invalid", "reuse", "again", "late", "unknown");
    const steps = fc.array(fc.record({ kind, id: fc.constantFrom("1", "2") }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(3), async (drawn, executedBefore) => {
        const requests = drawn.map(({ kind: name, id }, index) => requestOf(name, id, index));
        const [engine, model] = [memoryEngine(), memoryEngine()];
        for (const each of [engine, model])
          for (const request of requests.slice(0, executedBefore))
            await runtimeOn(each)
              .dispatch(request)
              .catch(() => 0);

        const { ok, results } = await runtimeOn(engine).dispatchInOrder(requests);
        const expected = await oneAfterTheOther(model, requests);

        expect(results.map(summary)).toEqual(expected);
        expect(ok).toBe(results.every((result) => result.status === "fulfilled" && isAnswer(result.value)));
        expect((await logOf(engine)).map(placeOf)).toEqual((await logOf(model)).map(placeOf));
      }),
      { numRuns: 300 },
    );
  });

  it("G2 executes nothing twice when the answer to the append was lost, whoever chose the ids", async () => {
    const engine = memoryEngine();
    let lost = 0;
    const runtime = runtimeOn(engine, async (writes) => {
      const result = await engine.eventStore.append(writes);
      if (lost++ === 0) throw new Error("the connection broke");
      return result;
    });
    const requests = [1, 2, 3].map((cents) => deposit("1", cents, ""));

    const { results } = await runtime.dispatchInOrder(requests.map(({ commandId: _, ...request }) => request));

    expect(results).toMatchObject([1, 2, 3].map((version) => ({ value: { ok: true, version, replayed: true } })));
    expect(await logOf(engine)).toHaveLength(3);
  });

  it("G1 G2 keeps the order of each group while others write to the same stream", async () => {
    const engine = memoryEngine();
    const groups = Array.from({ length: 6 }, (_, group) =>
      Array.from({ length: 20 }, (__, index) => deposit("1", index + 1, `${group}-${index}`)),
    );

    const outcomes = await Promise.all(groups.map((group) => runtimeOn(engine).dispatchInOrder(group)));

    expect(outcomes.map(({ ok }) => ok)).toEqual(groups.map(() => true));
    const ids = (await logOf(engine)).map(({ metadata }) => metadata.commandId);
    for (const group of groups)
      expect(ids.filter((id) => group.some(({ commandId }) => commandId === id))).toEqual(
        group.map(({ commandId }) => commandId),
      );
  });

  it("answers a group that is delivered again without appending one by one", async () => {
    const engine = memoryEngine();
    let appends = 0;
    const counted: Append = (writes) => {
      appends++;
      return engine.eventStore.append(writes);
    };
    const group = Array.from({ length: 10 }, (_, index) => deposit("1", 1, `c${index}`));
    await runtimeOn(engine).dispatchInOrder(group);

    const { results } = await runtimeOn(engine, counted).dispatchInOrder(group);

    expect(results).toMatchObject(group.map(() => ({ value: { ok: true, replayed: true } })));
    expect(appends).toBe(1);
  });

  it("refuses what is still to come once the runtime stops", async () => {
    const engine = memoryEngine();
    const runtime = runtimeOn(engine);
    await runtime.stop();

    const { results } = await runtime.dispatchInOrder([deposit("1", 1, "a"), deposit("1", 1, "b")]);

    expect(results).toMatchObject([{ reason: { code: "stopped" } }, { reason: { code: "held-back" } }]);
  });
});

/** Commands that succeed, that the domain refuses, that fail in every way, and that share an id with the one before. */
function requestOf(kind: string, id: string, index: number): CommandRequest {
  const request = deposit(id, index + 1, `c${index}`);
  if (kind === "reject") return { ...request, command: "Withdraw", data: { cents: 1_000 } };
  if (kind === "throw") return { ...request, command: "Explode", data: {} };
  if (kind === "invalid") return { ...request, data: { cents: -1 } };
  if (kind === "reuse") return { ...request, commandId: `c${index - 1}` };
  if (kind === "again") return deposit(id, index, `c${index - 1}`);
  if (kind === "late") return { ...request, expectedVersion: 99 };
  return kind === "unknown" ? { ...request, command: "Depositt" } : request;
}

type Result = PromiseSettledResult<CommandOutcome>;

function summary(result: Result): unknown {
  if (result.status === "rejected") return result.reason.code === "held-back" ? "held-back" : "failed";
  const { value } = result;
  return value.ok ? [value.version, value.replayed] : value.reason;
}

async function oneAfterTheOther(engine: Engine, requests: readonly CommandRequest[]): Promise<readonly unknown[]> {
  const summaries: unknown[] = [];
  let failed = false;
  for (const request of requests) {
    if (failed) {
      summaries.push("held-back");
      continue;
    }
    const [result] = await Promise.allSettled([runtimeOn(engine).dispatch(request)]);
    summaries.push(summary(result));
    failed = result.status === "rejected" || !isAnswer(result.value);
  }
  return summaries;
}
