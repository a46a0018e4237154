/** How fast a phase goes, and how long it will take. */
import type { TransferPhase } from "@foldstream/transfer";

type Phase = TransferPhase | "rebuild" | "redrive";

export interface Progress {
  readonly phase: Phase;
  readonly done: number;
  /** Of the phase, from 0 to 1, where that is known. */
  readonly share?: number;
}

const titles: Readonly<Record<Phase, string>> = {
  compare: "Comparing",
  events: "Events",
  receipts: "Receipts",
  verify: "Verifying",
  rebuild: "Building",
  redrive: "Redriving",
};

export class Pace {
  readonly #now: () => number;
  /** What the phase began with: a copy that goes on does not begin at nothing. */
  #first: Progress | undefined;
  #began = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Such as `Events: 12,000, 24 %, 8,000/s, 5 s left`. */
  text(progress: Progress): string {
    const { phase, done, share } = progress;
    const first = this.#firstOf(progress);
    const seconds = (this.#now() - this.#began) / 1_000;
    const rate = seconds > 0 && done > first.done ? [`${inFull((done - first.done) / seconds)}/s`] : [];
    const percent = share === undefined ? [] : [`${Math.floor(share * 100)} %`];
    const left = seconds > 0 ? timeLeft(seconds, first.share, share) : [];
    return `${titles[phase]}: ${[inFull(done), ...percent, ...rate, ...left].join(", ")}`;
  }

  #firstOf(progress: Progress): Progress {
    if (this.#first?.phase === progress.phase) return this.#first;
    this.#began = this.#now();
    this.#first = progress;
    return progress;
  }
}

function timeLeft(seconds: number, before = 0, share = 1): string[] {
  return share < 1 && share > before ? [`${duration((seconds * (1 - share)) / (share - before))} left`] : [];
}

export function inFull(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Such as `45 s`, `3 min 20 s` or `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
