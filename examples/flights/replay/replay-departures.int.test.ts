import { describe, expect, it } from "vitest";
import { airport } from "../domain/airport.ts";
import { summaryQuery } from "../read-models/queries.ts";
import { openFlights, type TemporaryFlights, temporaryFolder } from "../test/temporary-flights.ts";
import { caughtUp } from "./caught-up.ts";
import { replay } from "./replay-departures.ts";

const limit = 6_000;

async function departuresIn({ runtime }: TemporaryFlights): Promise<number> {
  await caughtUp(runtime, () => undefined);
  const summary = await runtime.query(summaryQuery, {});
  return summary.ok ? summary.value.departures : Number.NaN;
}

describe("a replay", () => {
  it("adds nothing the second time", async () => {
    const flights = await openFlights();

    const first = await replay({ runtime: flights.runtime, limit });
    const second = await replay({ runtime: flights.runtime, limit });

    expect(first).toMatchObject({
      done: limit,
      complete: true,
      departures: { recorded: limit, replayed: 0, refused: {} },
    });
    expect(second).toMatchObject({
      done: limit,
      complete: true,
      departures: { recorded: 0, replayed: limit, refused: {} },
    });
    expect(second.airports).toMatchObject({ recorded: 0, replayed: first.airports.recorded });
    expect(await departuresIn(flights)).toBe(limit);
  });

  it("goes on after it was stopped, also in another process", async () => {
    const folder = temporaryFolder();
    const stop = new AbortController();
    const before = await openFlights(folder);
    const first = await replay({
      runtime: before.runtime,
      limit,
      signal: stop.signal,
      concurrency: 100,
      onProgress: () => stop.abort(),
    });
    await before.close();

    const after = await openFlights(folder);
    const second = await replay({ runtime: after.runtime, limit });

    expect(first.complete).toBe(false);
    expect(first.done).toBeLessThan(limit);
    expect(second.departures).toMatchObject({ recorded: limit - first.done, replayed: first.done });
    expect(await departuresIn(after)).toBe(limit);
  });

  it("counts what the domain refuses, by code", async () => {
    const { runtime } = await openFlights();
    await replay({ runtime, limit: 1 });
    await runtime.execute(airport, "ORD", "CloseAirport", { reason: "snow" });

    const { departures } = await replay({ runtime, limit: 1_000 });

    expect(departures.refused).toEqual({ "airport-closed": expect.any(Number) });
    expect(departures.recorded + departures.replayed + (departures.refused["airport-closed"] ?? 0)).toBe(1_000);
  });

  it("reports how far it is", async () => {
    const { runtime } = await openFlights();
    const seen: number[] = [];

    await replay({ runtime, limit: 5_000, onProgress: ({ done, total }) => seen.push(done / total) });

    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });
});
