/** One row per day, for the chart. */
import { projection, t, table } from "foldstream";
import { airport } from "../domain/airport.ts";
import { lateFromMinutes } from "../domain/rules.ts";

export const days = projection("days", {
  version: 1,
  from: [airport],
  key: (event) => (event.type === "airport.FlightDeparted" ? event.data.scheduledAt.slice(0, 10) : undefined),
  into: table({ day: t.key(), departures: t.integer(), onTime: t.integer(), delaySum: t.integer() }),
  on: {
    "airport.FlightDeparted": (row, { data: { delayMinutes } }) => ({
      departures: (row?.departures ?? 0) + 1,
      onTime: (row?.onTime ?? 0) + (delayMinutes < lateFromMinutes ? 1 : 0),
      delaySum: (row?.delaySum ?? 0) + delayMinutes,
    }),
  },
});
