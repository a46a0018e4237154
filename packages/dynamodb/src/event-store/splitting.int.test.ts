import { describe, expect, it, vi } from "vitest";
import {
  dynamoDb,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../../test/local-engine.ts";
import { adding, appendEach, noise } from "../../test/log.ts";

vi.setConfig({ testTimeout: slowEngineMs });

describe.skipIf(withoutDynamoDb)(`a stream of many batches${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();

  it("G1 is whole for another process, from any version on", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    const writer = await openEngine(tables);
    await appendEach(writer.eventStore, "sum-1", 0, 60);
    const reader = await openEngine(tables);

    for (const after of [0, 1, 17, 58, 59, 60]) {
      const events = await reader.eventStore.read("sum-1", { after, limit: 1_000 });
      expect(events.map(({ version }) => version)).toEqual(
        Array.from({ length: 60 - after }, (_, index) => after + index + 1),
      );
    }
  });

  it("G2 recognizes its oldest commands in a process that has not seen it", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    await appendEach((await openEngine(tables)).eventStore, "sum-1", 0, 30);
    const { eventStore } = await openEngine(tables);

    const again = await eventStore.append([adding("sum-1", 30, "sum-1-command-1")]);

    expect(again).toMatchObject({
      reason: "duplicate-command",
      receipts: [{ commandId: "sum-1-command-1", version: 1, token: "sum-1@1" }],
    });
    expect(await eventStore.append([adding("sum-1", 30, "a new one")])).toMatchObject({ ok: true });
  });

  it("G1 G2 stays exact while two processes append and split in turns", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    const [one, other] = [await openEngine(tables), await openEngine(tables)];
    const work = async (name: string, { eventStore }: typeof one) => {
      let expected = 0;
      for (let done = 0; done < 25; ) {
        const result = await eventStore.append([adding("sum-1", expected, `${name}-${done}`)]);
        if (result.ok) done++;
        expected = result.ok ? expected + 1 : result.reason === "version-conflict" ? result.actual : Number.NaN;
      }
    };

    await Promise.all([work("one", one), work("other", other)]);

    const events = await (await openEngine(tables)).eventStore.read("sum-1", { after: 0, limit: 1_000 });
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(new Set(events.map(({ metadata }) => metadata.commandId)).size).toBe(50);
    const { receipts } = await one.eventStore.listReceipts({ limit: 1_000 });
    expect(receipts.map(({ commandId }) => commandId).sort()).toEqual(
      events.map(({ metadata }) => metadata.commandId).sort(),
    );
  });

  it("G10 loses nothing when the process ends between batch and tip", async () => {
    const tables = { ...freshOptions(), recorder: "elsewhere" } as const;
    const { eventStore } = await openEngine({ ...tables, client: { ...tables.client, maxAttempts: 1 } });
    await appendEach(eventStore, "sum-1", 0, 2);

    dynamoDb().proxy.inject({ operation: "PutItem", fault: "server-error", after: 1 });
    await expect(eventStore.append([adding("sum-1", 2, "cut off", noise(2_000))])).rejects.toMatchObject({
      code: "store-failure",
    });
    await appendEach((await openEngine(tables)).eventStore, "sum-1", 2, 5);

    const events = await eventStore.read("sum-1", { after: 0, limit: 100 });
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    dynamoDb().proxy.clear();
  });
});
