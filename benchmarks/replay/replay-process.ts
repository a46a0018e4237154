/** One replay, in a process of its own: its memory is then its own too. */
import { answerOrder } from "../own-process.ts";
import type { Run } from "../question.ts";
import { insertDepartures } from "./insert-departures.ts";
import { replayDepartures } from "./replay-departures.ts";

export interface ReplayOrder {
  readonly way: "bare inserts" | "commands" | "commands and read models";
  readonly departures: number;
  readonly folder: string;
}

answerOrder<ReplayOrder, Run>(async ({ way, departures, folder }) => {
  if (way === "bare inserts") return insertDepartures(departures, folder);
  const run = await replayDepartures(departures, folder, way === "commands and read models");
  return { ...run, peakMemoryMb: process.resourceUsage().maxRSS / 1024 };
});
