/** The bars that the command line shows. Where the output is no terminal, they become a line every two seconds. */
import { Presets, SingleBar } from "cli-progress";
import { Rate } from "./rate.ts";
import type { ReplayProgress } from "./replay-command.ts";
import { refusals } from "./tally.ts";

const common = {
  barsize: 24,
  hideCursor: true,
  noTTYOutput: true,
  notTTYSchedule: 2_000,
  // Stopping is up to the caller, who lets the commands on their way finish first.
  gracefulExit: false,
  formatValue: (value: number, _options: unknown, type: string) =>
    type === "percentage" ? String(value).padStart(3) : inFull(value),
};

export interface ReplayBar {
  show(progress: ReplayProgress): void;
  /** Events that the slowest read model has still to take. */
  behind(events: number): void;
  stop(): void;
}

/** Appears with the first progress, which tells how much there is to do. */
export function replayBar(): ReplayBar {
  const rate = new Rate();
  const format =
    "{bar} {percentage}% {value} of {total}, {rate}/s, {eta_formatted} left; {replayed} replayed, {refused} refused, read models {lag} behind";
  let bar: SingleBar | undefined;
  const begin = (total: number) => {
    const begun = new SingleBar({ ...common, format, etaBuffer: 200 }, Presets.shades_classic);
    begun.start(total, 0, { rate: 0, replayed: 0, refused: 0, lag: 0 });
    return begun;
  };
  return {
    show({ total, done, tally }) {
      bar ??= begin(total);
      bar.update(done, { rate: inFull(rate.at(done)), replayed: inFull(tally.replayed), refused: refusals(tally) });
    },
    behind: (events) => bar?.update({ lag: inFull(events) }),
    stop: () => bar?.stop(),
  };
}

export interface CatchUpBar {
  show(lag: number): void;
  stop(): void;
}

/** Appears only when there is something to wait for. */
export function catchUpBar(): CatchUpBar {
  const format = "{bar} {percentage}% {value} of {total} events into the read models";
  let bar: SingleBar | undefined;
  let total = 0;
  return {
    show(lag) {
      if (!bar && lag > 0) {
        total = lag;
        bar = new SingleBar({ ...common, format }, Presets.shades_classic);
        bar.start(total, 0);
      }
      bar?.update(Math.max(0, total - lag));
    },
    stop: () => bar?.stop(),
  };
}

export function inFull(value: number): string {
  return Math.round(value).toLocaleString("en");
}
