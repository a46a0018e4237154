/** What a replay has come to, for people. */
import { inFull } from "./progress-bar.ts";
import type { ReplayResult } from "./replay-command.ts";
import { refusals, type Tally } from "./tally.ts";

export interface Pace {
  /** What the commands took. */
  readonly replayMs: number;
  /** Events that the read models had still to take when the last command was answered. */
  readonly behind: number;
  /** What that took. */
  readonly catchUpMs: number;
}

export function summary(what: string, result: ReplayResult, { replayMs, behind, catchUpMs }: Pace): string {
  const { done, total, tally, prepared, complete } = result;
  const lines = [
    `${inFull(tally.recorded)} ${what} recorded, ${inFull(tally.replayed)} were there already, ${refusedOf(tally)}.`,
    `${inFull(prepared.tally.recorded)} ${prepared.what} recorded before, ${inFull(prepared.tally.replayed)} were there already.`,
    `${perSecond(done, replayMs)} ${what}/s (${seconds(replayMs)}).`,
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

function refusedOf(tally: Tally): string {
  const codes = Object.entries(tally.refused).map(([code, count]) => `${code} ${inFull(count)}`);
  return `${inFull(refusals(tally))} refused${codes.length > 0 ? ` (${codes.join(", ")})` : ""}`;
}

function perSecond(count: number, ms: number): string {
  return inFull((count * 1_000) / ms);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
