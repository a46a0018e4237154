import type { Fault } from "@foldstream/dynamodb-local";
import { nodeEnvironment } from "@foldstream/node";
import { aggregate, app, createRuntime } from "foldstream";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import {
  clientConfig,
  dynamoDb,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../test/local-engine.ts";
import { adding, appendEach, placesOf, wholeFeed } from "../test/log.ts";

vi.setConfig({ testTimeout: slowEngineMs });

const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: { Increment: z.object({ by: z.int() }) },
  decide: { Increment: ({ by }) => ({ Incremented: { by } }) },
  evolve: { Incremented: (state, { by }) => ({ value: state.value + by }) },
});
const counting = app({ name: "counting", aggregates: [counter], projections: [], queries: [] });

/** What the SDK repeats by itself, whether it was applied or not. */
const repeated: readonly Fault[] = ["throttle", "server-error", "cut", "applied-then-500", "applied-then-cut"];

describe.skipIf(withoutDynamoDb)(
  `between the SDK and DynamoDB${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`,
  () => {
    useDynamoDb();
    afterEach(() => dynamoDb().proxy.clear());

    it.each(repeated)("G1 G2 an append that meets %s is written once, and says so", async (fault) => {
      const { eventStore } = await openEngine({ recorder: "elsewhere" });
      await appendEach(eventStore, "sum-1", 0, 3);

      const struck = dynamoDb().proxy.inject({ operation: "PutItem", fault });
      const result = await eventStore.append([adding("sum-1", 3, "struck")]);

      expect(struck.hits()).toBe(1);
      expect(result).toEqual({ ok: true, token: "sum-1@4" });
      const events = await eventStore.read("sum-1", { after: 0, limit: 10 });
      expect(events.map(({ metadata }) => metadata.commandId).slice(3)).toEqual(["struck"]);
    });

    it.each([...repeated, "transaction-conflict"] as const)(
      "G1 G2 an append to several streams that meets %s is written once, and says so",
      async (fault) => {
        const { eventStore } = await openEngine({ recorder: "elsewhere" });
        await appendEach(eventStore, "sum-1", 0, 1);

        const struck = dynamoDb().proxy.inject({ operation: "TransactWriteItems", fault });
        const result = await eventStore.append([adding("sum-1", 1, "struck"), adding("sum-2", 0, "struck")]);

        expect(struck.hits()).toBe(1);
        expect(result).toEqual({ ok: true, token: "sum-1@2,sum-2@1" });
        expect(await eventStore.read("sum-1", { after: 0, limit: 10 })).toHaveLength(2);
        expect(await eventStore.read("sum-2", { after: 0, limit: 10 })).toHaveLength(1);
      },
    );

    it.each(repeated)("G3 a step of the recorder that meets %s anywhere is recorded once", async (fault) => {
      const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
      const once = { ...tables, client: { ...clientConfig(), maxAttempts: 1 } };
      const { eventStore, eventFeed, sweep } = await openEngine(once);
      await appendEach(eventStore, "sum-1", 0, 3);
      await appendEach(eventStore, "sum-2", 0, 3);

      // A step puts an item, a head and marks: each of them is struck in its turn.
      for (let after = 0; after < 4; after++) {
        const struck = dynamoDb().proxy.inject({ operation: "PutItem", fault, after });
        await sweep().catch(() => undefined);
        expect(struck.hits()).toBe(after < 3 ? 1 : struck.hits());
        dynamoDb().proxy.clear();
        await appendEach(eventStore, "sum-1", 3 + after, 1);
        await appendEach(eventStore, "sum-2", 3 + after, 1);
      }
      await sweep();

      const places = placesOf(await wholeFeed(eventFeed));
      expect(places).toEqual([...placesUpTo("sum-1", 7), ...placesUpTo("sum-2", 7)].sort());
      const other = await openEngine(tables);
      await other.sweep();
      expect(placesOf(await wholeFeed(other.eventFeed))).toEqual(places);
    });

    it("G2 a command whose append failed for good is answered by its receipt when it comes again", async () => {
      const { eventStore } = await openEngine({ recorder: "elsewhere", client: { ...clientConfig(), maxAttempts: 1 } });
      dynamoDb().proxy.inject({ operation: "PutItem", fault: "applied-then-500" });

      const failed = eventStore.append([adding("sum-1", 0, "once")]);
      await expect(failed).rejects.toMatchObject({ code: "store-failure" });
      const again = await eventStore.append([adding("sum-1", 0, "once")]);

      expect(again).toMatchObject({ ok: false, reason: "duplicate-command", receipts: [{ commandId: "once" }] });
    });

    it("an incomplete batch of keys is asked for again until it is whole", async () => {
      const { eventStore, eventFeed } = await openEngine();
      const streams = Array.from({ length: 40 }, (_, index) => `sum-${index}`);
      await Promise.all(streams.map((stream) => eventStore.append([adding(stream, 0, `first of ${stream}`)])));
      const struck = dynamoDb().proxy.inject({ operation: "BatchGetItem", fault: "unprocessed", times: 3 });

      await vi.waitFor(async () => {
        const token = streams.map((stream) => `${stream}@1`).join(",");
        expect(await eventFeed.locate(token)).toHaveLength(40);
      }, slowEngineMs);

      expect(struck.hits()).toBeGreaterThan(0);
    });

    it("G1 G2 a hot counter of 3 processes' worth of runtimes ends exact among faults of every kind", async () => {
      const options = { recorder: "elsewhere", tablePrefix: `hot-${process.pid}-`, client: clientConfig() } as const;
      const engines = await Promise.all([1, 2, 3].map(() => openEngine(options)));
      const runtimes = engines.map((engine) => createRuntime(counting, { engine, environment: nodeEnvironment() }));
      for (const [index, fault] of repeated.entries())
        dynamoDb().proxy.inject({ operation: "PutItem", fault, after: 3 + index * 5, times: 2 });

      const outcomes = await Promise.all(
        Array.from({ length: 240 }, (_, client) =>
          runtimes[client % 3]?.execute(counter, "hot", "Increment", { by: 1 }, { commandId: `client-${client}` }),
        ),
      );

      const refused = outcomes.filter((outcome) => !outcome?.ok).length;
      const events = await engines[0]?.eventStore.read("counter-hot", { after: 0, limit: 1_000 });
      expect(events?.length).toBe(240 - refused);
      expect(new Set(events?.map(({ metadata }) => metadata.commandId)).size).toBe(240 - refused);
      await Promise.all(runtimes.map((runtime) => runtime.stop()));
    });
  },
);

function placesUpTo(stream: string, version: number): string[] {
  return Array.from({ length: version }, (_, index) => `${stream}@${String(index + 1).padStart(6, "0")}`);
}
