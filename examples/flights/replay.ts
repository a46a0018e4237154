/** `npm run flights`: replays the departures, shows how it goes, and checks the outcome. */
import { replayCommand } from "@foldstream/example-replay";
import { app } from "./app.ts";
import { check } from "./check/check.ts";
import { allDepartures, concurrency, replay } from "./replay/replay-departures.ts";
import { flightsSite } from "./site.ts";

await replayCommand({ app, what: "departures", all: allDepartures, concurrency, site: flightsSite, replay, check });
