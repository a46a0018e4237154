import { given } from "foldstream/testing";
import { describe, it } from "vitest";
import { airport } from "./airport.ts";

const chicago = {
  name: "Chicago O'Hare International",
  city: "Chicago",
  state: "IL",
  latitude: 41.98,
  longitude: -87.9,
};
const toLosAngeles = { destination: "LAX", scheduledAt: "2001-01-01T08:15", delayMinutes: 7, distanceMiles: 1_745 };
const opened = { AirportOpened: chicago };
const closed = { AirportClosed: { reason: "snow" } };
const ord = { id: "ORD" };

describe("an airport", () => {
  it("opens once", () => {
    given(airport).when("OpenAirport", chicago, ord).then(opened);
    given(airport, opened).when("OpenAirport", chicago, ord).then({ code: "already-known" });
  });

  it("records a departure", () => {
    given(airport, opened).when("RecordDeparture", toLosAngeles, ord).then({ FlightDeparted: toLosAngeles });
  });

  it("refuses departures before it is opened", () => {
    given(airport).when("RecordDeparture", toLosAngeles, ord).then({ code: "unknown-airport" });
  });

  it("refuses departures while it is closed, and takes them again afterwards", () => {
    given(airport, opened, closed).when("RecordDeparture", toLosAngeles, ord).then({ code: "airport-closed" });
    given(airport, opened, closed, { AirportReopened: {} })
      .when("RecordDeparture", toLosAngeles, ord)
      .then({ FlightDeparted: toLosAngeles });
  });

  it("closes only when open, and reopens only when closed", () => {
    given(airport, opened).when("CloseAirport", { reason: "snow" }, ord).then(closed);
    given(airport).when("CloseAirport", { reason: "snow" }, ord).then({ code: "unknown-airport" });
    given(airport, opened, closed).when("CloseAirport", { reason: "snow" }, ord).then({ code: "airport-closed" });
    given(airport, opened).when("ReopenAirport", {}, ord).then({ code: "not-closed" });
  });

  it.each([-361, 2_881])("refuses a delay of %i minutes", (delayMinutes) => {
    given(airport, opened)
      .when("RecordDeparture", { ...toLosAngeles, delayMinutes }, ord)
      .then({ code: "impossible-delay" });
  });

  it.each([-360, 2_880])("believes a delay of %i minutes", (delayMinutes) => {
    const flight = { ...toLosAngeles, delayMinutes };

    given(airport, opened).when("RecordDeparture", flight, ord).then({ FlightDeparted: flight });
  });

  it.each([-5, 0, 12_501])("refuses a distance of %i miles", (distanceMiles) => {
    given(airport, opened)
      .when("RecordDeparture", { ...toLosAngeles, distanceMiles }, ord)
      .then({ code: "impossible-distance" });
  });

  it("refuses a flight to itself", () => {
    given(airport, opened)
      .when("RecordDeparture", { ...toLosAngeles, destination: "ORD" }, ord)
      .then({ code: "destination-is-origin" });
  });
});
