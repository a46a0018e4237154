import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { caughtUp, isEqual } from "@foldstream/example-replay";
import { sqliteEngine } from "@foldstream/sqlite";
import { describe, expect, it } from "vitest";
import { replay } from "../replay/replay-departures.ts";
import { openFlights, runFlights, temporaryFolder } from "../test/temporary-flights.ts";
import { check } from "./check.ts";

describe("the check against DuckDB", () => {
  it("finds a changed figure and a missing row", async () => {
    const path = join(temporaryFolder(), "flights.db");
    const { runtime } = await runFlights(sqliteEngine({ path, synchronous: "normal" }));
    await caughtUp(runtime, (await replay({ runtime, limit: 10_000 })).events);
    tamper(path, `UPDATE routes_v1 SET "delaySum" = "delaySum" + 1 WHERE id = 'ORD-LGA'`);
    tamper(path, "DELETE FROM days_v1 WHERE day = '2001-01-01'");

    const tampered = await check(runtime, { limit: 10_000 });

    expect(isEqual(tampered)).toBe(false);
    expect(tampered[1]).toMatchObject({ different: 1, differences: [{ key: "ORD-LGA", column: "delaySum" }] });
    expect(tampered[2]).toMatchObject({
      different: 1,
      differences: [{ key: "2001-01-01", expected: "a row", found: undefined }],
    });
  });

  it("notices departures that are not there", async () => {
    const { runtime } = await openFlights();
    await caughtUp(runtime, (await replay({ runtime, limit: 500 })).events);

    expect(isEqual(await check(runtime, { limit: 500 }))).toBe(true);
    expect(isEqual(await check(runtime, { limit: 501 }))).toBe(false);
  });
});

function tamper(path: string, sql: string): void {
  const file = new DatabaseSync(path);
  expect(file.prepare(sql).run().changes).toBe(1);
  file.close();
}
