import { describe, expect, it, vi } from "vitest";
import { cities, city, take } from "../../test/cities.ts";
import { openEngine, slowEngineMs, useDynamoDb, withoutDynamoDb } from "../../test/local-engine.ts";

vi.setConfig({ testTimeout: slowEngineMs });

describe.skipIf(withoutDynamoDb)(`auditing an index${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();

  it("G8 calls no entry wrong while steps move and delete rows all the time", async () => {
    const { readModels } = await openEngine({ recorder: "elsewhere" });
    await readModels.prepare([cities]);
    const rows = (people: number) =>
      Object.fromEntries(
        "abcdefghijklmnopqrstuvwxyz".split("").map((key, at) => [key, (people + at) % 5 ? city({ people }) : null]),
      );
    await take(readModels, cities, rows(0));
    let left = 8;
    const steps = (async () => {
      for (; left > 0; left--) await take(readModels, cities, rows(left));
    })();

    while (left > 0) expect(await readModels.indexes?.check(cities, 100)).toEqual([]);

    await steps;
    expect(await readModels.indexes?.check(cities, 100)).toEqual([]);
  });
});
