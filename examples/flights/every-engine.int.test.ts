import { caughtUp } from "@foldstream/example-replay";
import type { QueryOutcome, Runtime } from "foldstream";
import { expect, it } from "vitest";
import { onEveryEngine } from "../engines/test/on-every-engine.ts";
import type { app } from "./app.ts";
import { check } from "./check/check.ts";
import { boardQuery } from "./read-models/board-query.ts";
import { airportQuery, daysQuery, routesQuery, searchQuery, summaryQuery } from "./read-models/queries.ts";
import { replay } from "./replay/replay-departures.ts";
import { runFlights } from "./test/temporary-flights.ts";

/** moto takes minutes to open 3,376 airports, one conditional write each. */
const patienceMs = 600_000;

onEveryEngine(({ name, engines }) => {
  const limit = name === "dynamodb" ? 600 : 2_000;

  it(
    "a replay's read models equal DuckDB's SQL and answer every query",
    async () => {
      const { runtime } = await runFlights(await engines().open("flights"));
      const result = await replay({ runtime, limit });
      await caughtUp(runtime, result.events);

      expect(result.tally).toEqual({ recorded: limit, replayed: 0, refused: {} });
      expect((await check(runtime, { limit })).map(({ readModel, different }) => [readModel, different])).toEqual([
        ["board", 0],
        ["routes", 0],
        ["days", 0],
      ]);
      await expectAnswers(runtime, limit);
    },
    patienceMs,
  );
});

onEveryEngine(
  ({ engines }) => {
    it(
      "a replay that another process goes on with adds only what is missing",
      async () => {
        const before = await runFlights(await engines().open("flights"));
        const first = await replay({ runtime: before.runtime, limit: 1_000 });
        await before.close();

        const after = await runFlights(await engines().open("flights"));
        const second = await replay({ runtime: after.runtime, limit: 3_000 });

        expect(first.tally).toEqual({ recorded: 1_000, replayed: 0, refused: {} });
        expect(second.tally).toEqual({ recorded: 2_000, replayed: 1_000, refused: {} });
        expect(second.prepared.tally).toMatchObject({ recorded: 0, replayed: first.prepared.tally.recorded });
      },
      patienceMs,
    );
  },
  ["sqlite", "postgres"],
);

async function expectAnswers(runtime: Runtime<typeof app>, limit: number): Promise<void> {
  const busiest = answered(await runtime.query(boardQuery, { limit: 3 }));
  expect(busiest[0]).toMatchObject({ open: true });
  expect(busiest.map(({ departures }) => departures)).toEqual(descending(busiest.map(({ departures }) => departures)));

  const latest = answered(await runtime.query(boardQuery, { sort: "averageDelay", departures: 20 }));
  expect(Math.min(...latest.map(({ departures }) => departures))).toBeGreaterThanOrEqual(20);
  expect(latest.map(({ averageDelay }) => averageDelay)).toEqual(
    descending(latest.map(({ delaySum, departures }) => delaySum / departures)),
  );

  const last = answered(
    await runtime.query(boardQuery, { sort: "averageDelay", direction: "asc", limit: 1, offset: 3_375 }),
  );
  expect(last).toMatchObject([{ departures: 0, averageDelay: null, onTimeShare: null, firstDepartureAt: null }]);

  expect(answered(await runtime.query(airportQuery, { id: "LAX" }))).toMatchObject({ city: "Los Angeles" });
  expect(answered(await runtime.query(airportQuery, { id: "???" }))).toBeNull();

  expect(answered(await runtime.query(searchQuery, { text: "los ang" })).map(({ id }) => id)).toContain("LAX");
  expect(answered(await runtime.query(searchQuery, { text: "lax" }))).toMatchObject([{ id: "LAX" }]);

  const fromOhare = answered(await runtime.query(routesQuery, { origin: "ORD", limit: 5 }));
  expect(fromOhare.map(({ origin }) => origin)).toEqual(Array(5).fill("ORD"));

  expect(answered(await runtime.query(daysQuery, {}))).toMatchObject([{ day: "2001-01-01", departures: limit }]);
  expect(answered(await runtime.query(summaryQuery, {}))).toMatchObject({
    airports: 3_376,
    departures: limit,
    firstDepartureAt: "2001-01-01T00:01",
  });
}

function descending<T extends number | null>(values: readonly T[]): readonly T[] {
  return values.toSorted((a, b) => Number(b) - Number(a));
}

function answered<T>(outcome: QueryOutcome<T>): T {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
}
