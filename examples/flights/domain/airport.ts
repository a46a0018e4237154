/** An airport and its departures: one stream per airport, under its IATA code. */
import { aggregate, reject } from "foldstream";
import * as z from "zod";
import { earliestDelayMinutes, latestDelayMinutes, longestDistanceMiles } from "./rules.ts";

const description = z.object({
  name: z.string().min(1),
  city: z.string(),
  state: z.string(),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

const closure = z.object({ reason: z.string().min(1) });

/** Airports print local time, and so does the source: a minute without a zone, such as `2001-06-30T17:05`. */
const localMinute = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/);

const departure = z.object({
  destination: z.string().min(1),
  scheduledAt: localMinute,
  /** Negative when it left early. */
  delayMinutes: z.int(),
  distanceMiles: z.int(),
});

type Departure = z.infer<typeof departure>;

/** What refusals depend on, and nothing more: hot airports are folded 166,000 times. */
interface State {
  readonly status: "unknown" | "open" | "closed";
}

const initialState: State = { status: "unknown" };

export const airport = aggregate("airport", {
  initialState,
  commands: {
    OpenAirport: description,
    CloseAirport: closure,
    ReopenAirport: z.object({}),
    RecordDeparture: departure,
  },
  events: {
    AirportOpened: description,
    AirportClosed: closure,
    AirportReopened: z.object({}),
    FlightDeparted: departure,
  },
  decide: {
    OpenAirport: (data, { status }, { id }) =>
      status === "unknown" ? { AirportOpened: data } : reject("already-known", `Airport ${id} has been opened before.`),
    CloseAirport: (data, state, { id }) => unlessOpen(state, id) ?? { AirportClosed: data },
    ReopenAirport: (data, { status }, { id }) =>
      status === "closed" ? { AirportReopened: data } : reject("not-closed", `Airport ${id} is ${status}, not closed.`),
    RecordDeparture: (data, state, { id }) => unlessOpen(state, id) ?? impossible(data, id) ?? { FlightDeparted: data },
  },
  evolve: {
    AirportOpened: () => ({ status: "open" as const }),
    AirportClosed: () => ({ status: "closed" as const }),
    AirportReopened: () => ({ status: "open" as const }),
    FlightDeparted: (state) => state,
  },
  snapshot: { every: 5_000 },
});

function unlessOpen({ status }: State, id: string) {
  if (status === "open") return undefined;
  return status === "closed"
    ? reject("airport-closed", `Airport ${id} is closed.`)
    : reject("unknown-airport", `Airport ${id} is not known. Open it first.`);
}

function impossible({ destination, delayMinutes, distanceMiles }: Departure, id: string) {
  if (destination === id) return reject("destination-is-origin", `A flight from ${id} to ${id} goes nowhere.`);
  if (distanceMiles <= 0 || distanceMiles > longestDistanceMiles) {
    return reject("impossible-distance", `${distanceMiles} miles is not a distance between two airports.`);
  }
  if (delayMinutes < earliestDelayMinutes || delayMinutes > latestDelayMinutes) {
    return reject("impossible-delay", `A delay of ${delayMinutes} minutes is not believable.`);
  }
  return undefined;
}
