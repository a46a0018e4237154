import { describe, expect, it } from "vitest";
import { airport } from "../domain/airport.ts";
import { openFlights } from "../test/temporary-flights.ts";
import { replay } from "./replay-departures.ts";

describe("a replay", () => {
  it("counts what the domain refuses, by code", async () => {
    const { runtime } = await openFlights();
    await replay({ runtime, limit: 1 });
    await runtime.execute(airport, "ORD", "CloseAirport", { reason: "snow" });

    const { tally } = await replay({ runtime, limit: 1_000 });

    expect(tally.refused).toEqual({ "airport-closed": expect.any(Number) });
    expect(tally.recorded + tally.replayed + (tally.refused["airport-closed"] ?? 0)).toBe(1_000);
  });

  it("reports how far it is", async () => {
    const { runtime } = await openFlights();
    const seen: number[] = [];

    await replay({ runtime, limit: 5_000, onProgress: ({ done, total }) => seen.push(done / total) });

    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });
});
