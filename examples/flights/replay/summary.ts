/** What a replay has come to, for people. */
import { inFull } from "./progress-bar.ts";
import type { ReplayResult } from "./replay-departures.ts";
import { refusals } from "./tally.ts";

/** `replayMs` is what the commands took, `totalMs` includes the read models. */
export function summary(result: ReplayResult, replayMs: number, totalMs: number): string {
  const { done, total, departures, airports, complete } = result;
  const lines = [
    `${inFull(departures.recorded)} departures recorded, ${inFull(departures.replayed)} were there already, ${refusedOf(result)}.`,
    `${inFull(airports.recorded)} airports opened, ${inFull(airports.replayed)} were open already.`,
    `${inFull((done * 1_000) / replayMs)} commands/s (${seconds(replayMs)}); ${inFull((done * 1_000) / totalMs)}/s with the read models (${seconds(totalMs)}).`,
    `Peak memory: ${inFull(process.resourceUsage().maxRSS / 1_024)} MB.`,
  ];
  if (!complete)
    lines.push(
      `Stopped after ${inFull(done)} of ${inFull(total)}. Run the same command to go on: nothing is recorded twice.`,
    );
  return lines.join("\n");
}

function refusedOf({ departures }: ReplayResult): string {
  const codes = Object.entries(departures.refused).map(([code, count]) => `${code} ${inFull(count)}`);
  return `${inFull(refusals(departures))} refused${codes.length > 0 ? ` (${codes.join(", ")})` : ""}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
