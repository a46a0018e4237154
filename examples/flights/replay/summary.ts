/** What a replay has come to, for people. */
import { inFull } from "./progress-bar.ts";
import type { ReplayResult } from "./replay-departures.ts";
import { refusals } from "./tally.ts";

export interface Pace {
  /** What the commands took. */
  readonly replayMs: number;
  /** Events that the read models had still to take when the last command was answered. */
  readonly behind: number;
  /** What that took. */
  readonly catchUpMs: number;
}

export function summary(result: ReplayResult, { replayMs, behind, catchUpMs }: Pace): string {
  const { done, total, departures, airports, complete } = result;
  const lines = [
    `${inFull(departures.recorded)} departures recorded, ${inFull(departures.replayed)} were there already, ${refusedOf(result)}.`,
    `${inFull(airports.recorded)} airports opened, ${inFull(airports.replayed)} were open already.`,
    `${perSecond(done, replayMs)} commands/s (${seconds(replayMs)}).`,
    behind === 0
      ? "The read models kept up."
      : `The read models caught up on ${inFull(behind)} events at ${perSecond(behind, catchUpMs)}/s each (${seconds(catchUpMs)}).`,
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

function perSecond(count: number, ms: number): string {
  return inFull((count * 1_000) / ms);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
