import { eventFeedConformance, eventStoreConformance } from "@foldstream/conformance";
import { describe, expect, it } from "vitest";
import { adding } from "../../../tests/engines/log.ts";
import { openBouncer, whyNoBouncer } from "../test/bouncer.ts";
import { freshSchema, openEngine, reopenable } from "../test/postgres-server.ts";

/** PgBouncer 1.18 and its like: each transaction may run on another connection, and none knows what another has prepared. */
describe("behind a pooler in transaction mode", () => {
  const missing = whyNoBouncer();
  if (missing) {
    it("keeps every promise", (context) => context.skip(missing));
    return;
  }

  const open = async () => {
    const connectionString = await openBouncer({ serverConnections: 3 });
    return reopenable({ connection: { connectionString }, schema: freshSchema(), pooler: "transaction" });
  };
  eventStoreConformance({ name: "postgres behind PgBouncer", open });
  eventFeedConformance({ name: "postgres behind PgBouncer", open });

  it("says which setting to change when it was not told of the pooler", async () => {
    const connection = { connectionString: await openBouncer({ serverConnections: 1 }) };
    const schema = freshSchema();
    const [left, right] = [await openEngine({ connection, schema }), await openEngine({ connection, schema })];
    await left.eventStore.append([adding("sum-1", 0, "command-1")]);

    const failure = right.eventStore.append([adding("sum-1", 1, "command-2")]);

    await expect(failure).rejects.toThrow(/prepared statement.*`?pooler: "transaction"/);
  });

  it("may have more connections than the server allows, which it cannot know", async () => {
    const connectionString = await openBouncer({ serverConnections: 2 });
    const engine = await openEngine({
      connection: { connectionString },
      connections: 20,
      connectionBudget: { processes: 50, limit: 2_000 },
      pooler: "transaction",
    });

    expect(await engine.describe()).toContain("1000 of 2000 connections");
  });
});
