/** Counts what became of the commands. */
import type { CommandOutcome } from "foldstream";

export interface Tally {
  /** New events. */
  readonly recorded: number;
  /** Executed in an earlier run: answered again, and nothing written. */
  readonly replayed: number;
  /** Refused, by code. */
  readonly refused: Readonly<Record<string, number>>;
}

export class Counter implements Tally {
  recorded = 0;
  replayed = 0;
  readonly refused: Record<string, number> = {};

  /** Events that the accepted commands have led to, when each leads to one. */
  get accepted(): number {
    return this.recorded + this.replayed;
  }

  count(outcome: CommandOutcome): void {
    if (!outcome.ok) {
      const code = outcome.reason === "rejected" ? outcome.rejection.code : outcome.reason;
      this.refused[code] = (this.refused[code] ?? 0) + 1;
    } else if (outcome.replayed) this.replayed++;
    else this.recorded++;
  }
}

export function refusals({ refused }: Tally): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0);
}
