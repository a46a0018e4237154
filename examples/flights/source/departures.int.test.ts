import { withDuckDb } from "@foldstream/example-replay";
import { describe, expect, it } from "vitest";
import { airport } from "../domain/airport.ts";
import { readAirports } from "./airports.ts";
import { type Departure, readDepartures } from "./departures.ts";

describe("the source", () => {
  it("gives departures in the order of the file, numbered from one", async () => {
    const rows: Departure[] = [];
    await withDuckDb(async (connection) => {
      for await (const departures of readDepartures(connection, 5_000)) rows.push(...departures);
    });

    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
    expect(rows[0]).toEqual({
      row: 1,
      origin: "LAS",
      data: { destination: "PHL", scheduledAt: "2001-01-01T00:01", delayMinutes: 33, distanceMiles: 2_176 },
    });
  });

  it("gives airports that the domain can open", async () => {
    const airports = await withDuckDb(readAirports);

    expect(airports).toHaveLength(3_376);
    expect(airports.flatMap(({ data }) => airport.commands.OpenAirport.safeParse(data).error ?? [])).toEqual([]);
  });
});
