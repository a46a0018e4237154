import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { caughtUp } from "../replay/caught-up.ts";
import { replay } from "../replay/replay-departures.ts";
import { openFlights } from "../test/temporary-flights.ts";
import { check, isEqual } from "./check.ts";

const limit = 30_000;

describe("the check against DuckDB", () => {
  it("finds every airport, route and day equal, and a changed figure different", async () => {
    const { runtime, path } = await openFlights();
    await replay({ runtime, limit });
    await caughtUp(runtime, () => undefined);

    const untouched = await check(runtime, limit);
    tamper(path, `UPDATE routes_v1 SET "delaySum" = "delaySum" + 1 WHERE id = 'ORD-LGA'`);
    tamper(path, "DELETE FROM days_v1 WHERE day = '2001-01-02'");
    const tampered = await check(runtime, limit);

    expect(untouched.map(({ readModel, different }) => ({ readModel, different }))).toEqual([
      { readModel: "board", different: 0 },
      { readModel: "routes", different: 0 },
      { readModel: "days", different: 0 },
    ]);
    expect(untouched.map(({ rows }) => rows)).toEqual([3_376, 3_198, 2]);
    expect(isEqual(tampered)).toBe(false);
    expect(tampered[1]).toMatchObject({ different: 1, differences: [{ key: "ORD-LGA", column: "delaySum" }] });
    expect(tampered[2]).toMatchObject({
      different: 1,
      differences: [{ key: "2001-01-02", expected: "a row", found: undefined }],
    });
  });

  it("notices departures that are not there", async () => {
    const { runtime } = await openFlights();
    await replay({ runtime, limit: 500 });
    await caughtUp(runtime, () => undefined);

    expect(isEqual(await check(runtime, 500))).toBe(true);
    expect(isEqual(await check(runtime, 501))).toBe(false);
  });
});

function tamper(path: string, sql: string): void {
  const file = new DatabaseSync(path);
  expect(file.prepare(sql).run().changes).toBe(1);
  file.close();
}
