import { describe, expect, it, onTestFinished, vi } from "vitest";
import { freshOptions, openEngine, slowEngineMs, useDynamoDb, withoutDynamoDb } from "../test/local-engine.ts";
import { adding, placesOf, wholeFeed } from "../test/log.ts";
import { dynamoDbLog } from "./index.ts";

vi.setConfig({ testTimeout: slowEngineMs });

describe.skipIf(withoutDynamoDb)(`the log by itself${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();

  it("G1 G2 G3 appends to what an engine elsewhere records", async () => {
    const tables = freshOptions();
    const engine = await openEngine({ ...tables, recorder: "elsewhere" });
    const log = await dynamoDbLog(tables);
    onTestFinished(() => log.close());

    await log.eventStore.append([adding("sum-1", 0, "first")]);
    const late = await engine.eventStore.append([adding("sum-1", 0, "late")]);
    const again = await engine.eventStore.append([adding("sum-1", 1, "first")]);
    await engine.record(["sum-1"]);

    expect(late).toMatchObject({ ok: false, reason: "version-conflict", actual: 1 });
    expect(again).toMatchObject({ ok: false, reason: "duplicate-command" });
    expect(placesOf(await wholeFeed(engine.eventFeed))).toEqual(["sum-1@000001"]);
  });

  it("G9 names the table that is missing, and asks for no other", async () => {
    const { client, tablePrefix } = freshOptions();

    await expect(dynamoDbLog({ client: client ?? {}, tablePrefix })).rejects.toMatchObject({
      problem: "missing",
      message: expect.stringContaining(`${tablePrefix}log`),
    });
  });
});
