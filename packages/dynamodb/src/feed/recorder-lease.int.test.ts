import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  clientConfig,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../../test/local-engine.ts";
import { Database } from "../database/database.ts";
import { tableNames } from "../database/tables.ts";
import { RecorderLease } from "./recorder-lease.ts";

vi.setConfig({ testTimeout: slowEngineMs });

describe.skipIf(withoutDynamoDb)(`the recorders' lease${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();

  async function leases(count: number): Promise<RecorderLease[]> {
    const tables = freshOptions();
    await openEngine({ ...tables, recorder: "elsewhere" });
    const database = new Database(new DynamoDBClient(clientConfig()), tableNames(tables.tablePrefix));
    onTestFinished(() => database.close());
    return Array.from({ length: count }, () => new RecorderLease(database));
  }
  const holding = async (all: readonly RecorderLease[]) => Promise.all(all.map((lease) => lease.hold()));

  it("ends up with one of 10 recorders that start at once, and stays with it while it renews", async () => {
    const all = await leases(10);
    await holding(all);
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());

    const first = await holding(all);
    expect(first.filter(Boolean)).toHaveLength(1);
    for (let look = 0; look < 5; look++) {
      vi.advanceTimersByTime(10_000);
      expect(await (all[first.indexOf(true)] as RecorderLease).hold()).toBe(true);
      expect(await holding(all)).toEqual(first);
    }
  });

  it("goes to whoever starts, and passes on when its holder is silent, who then learns of it", async () => {
    const [older, newer] = (await leases(2)) as [RecorderLease, RecorderLease];
    expect(await older.hold()).toBe(true);
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());

    expect(await newer.hold()).toBe(true);
    expect(await older.hold()).toBe(false);
    vi.advanceTimersByTime(15_001);
    expect(await older.hold()).toBe(true);

    expect(await newer.hold()).toBe(false);
  });

  it("passes on at once when it is given back, but not by one who does not hold it", async () => {
    const [older, newer] = (await leases(2)) as [RecorderLease, RecorderLease];
    await older.hold();
    await newer.hold();

    await older.giveBack();
    expect(await older.hold()).toBe(false);
    await newer.giveBack();
    expect(await older.hold()).toBe(true);
  });
});
