import type { QueryOutcome } from "foldstream";
import { describe, expect, it } from "vitest";
import { caughtUp } from "../replay/caught-up.ts";
import { replay } from "../replay/replay-departures.ts";
import { openFlights } from "../test/temporary-flights.ts";
import { boardQuery } from "./board-query.ts";
import { airportQuery, daysQuery, routesQuery, searchQuery, summaryQuery } from "./queries.ts";

describe("the queries", () => {
  it("answer from 2,000 departures", async () => {
    const { runtime } = await openFlights();
    await replay({ runtime, limit: 2_000 });
    await caughtUp(runtime, () => undefined);

    const busiest = answered(await runtime.query(boardQuery, { limit: 3 }));
    expect(busiest[0]).toMatchObject({ id: "LAX", open: true });
    expect(busiest.map(({ departures }) => departures)).toEqual(
      descending(busiest.map(({ departures }) => departures)),
    );

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

    expect(answered(await runtime.query(daysQuery, {}))).toMatchObject([{ day: "2001-01-01", departures: 2_000 }]);
    expect(answered(await runtime.query(summaryQuery, {}))).toMatchObject({
      airports: 3_376,
      departures: 2_000,
      firstDepartureAt: "2001-01-01T00:01",
    });
  });
});

function descending<T extends number | null>(values: readonly T[]): readonly T[] {
  return values.toSorted((a, b) => Number(b) - Number(a));
}

function answered<T>(outcome: QueryOutcome<T>): T {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
}
