/** One row per pair of airports that somebody flew between. */
import { projection, t, table } from "foldstream";
import { airport } from "../domain/airport.ts";
import { lateFromMinutes } from "../domain/rules.ts";

export const routes = projection("routes", {
  version: 1,
  from: [airport],
  key: (event) =>
    event.type === "airport.FlightDeparted" ? `${event.stream.id}-${event.data.destination}` : undefined,
  into: table(
    {
      id: t.key(),
      origin: t.text(),
      destination: t.text(),
      distanceMiles: t.integer(),
      flights: t.integer(),
      onTime: t.integer(),
      delaySum: t.integer(),
    },
    // A few thousand rows are sorted faster than an index on a figure that every departure changes would be kept.
    { indexes: [["origin"]] },
  ),
  on: {
    "airport.FlightDeparted": (row, { stream, data: { destination, distanceMiles, delayMinutes } }) => ({
      origin: stream.id,
      destination,
      distanceMiles,
      flights: (row?.flights ?? 0) + 1,
      onTime: (row?.onTime ?? 0) + (delayMinutes < lateFromMinutes ? 1 : 0),
      delaySum: (row?.delaySum ?? 0) + delayMinutes,
    }),
  },
});
