/** The departure board: one row per airport, with what has left from it. */
import { projection, t, table } from "foldstream";
import { airport } from "../domain/airport.ts";
import { lateFromMinutes } from "../domain/rules.ts";

export const board = projection("board", {
  version: 1,
  from: [airport],
  key: (event) => event.stream.id,
  into: table(
    {
      id: t.key(),
      name: t.text(),
      city: t.text(),
      state: t.text(),
      open: t.boolean(),
      departures: t.integer(),
      onTime: t.integer(),
      /** Minutes, early ones negative. Averages are left to queries, since sums stay exact. */
      delaySum: t.integer(),
      firstDepartureAt: t.text({ nullable: true }),
      lastDepartureAt: t.text({ nullable: true }),
    },
    { search: ["id", "name", "city", "state"] },
  ),
  on: {
    "airport.AirportOpened": (_row, { data: { name, city, state } }) => ({
      name,
      city,
      state,
      open: true,
      departures: 0,
      onTime: 0,
      delaySum: 0,
      firstDepartureAt: null,
      lastDepartureAt: null,
    }),
    "airport.AirportClosed": (row) => row && { ...row, open: false },
    "airport.AirportReopened": (row) => row && { ...row, open: true },
    "airport.FlightDeparted": (row, { data: { scheduledAt, delayMinutes } }) =>
      row && {
        ...row,
        departures: row.departures + 1,
        onTime: row.onTime + (delayMinutes < lateFromMinutes ? 1 : 0),
        delaySum: row.delaySum + delayMinutes,
        firstDepartureAt: earlier(row.firstDepartureAt, scheduledAt),
        lastDepartureAt: later(row.lastDepartureAt, scheduledAt),
      },
  },
});

function earlier(known: string | null, candidate: string): string {
  return known === null || candidate < known ? candidate : known;
}

function later(known: string | null, candidate: string): string {
  return known === null || candidate > known ? candidate : known;
}
