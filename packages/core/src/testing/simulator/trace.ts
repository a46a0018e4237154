/** What happened in a run, line by line. */
import type { VirtualTime } from "./virtual-time.ts";

export class Trace {
  readonly #time: VirtualTime;
  readonly #lines: (readonly [at: number, who: string, what: string])[] = [];

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  add(who: string, what: string): void {
    this.#lines.push([this.#time.now, who, what]);
  }

  /** Milliseconds since the beginning, who, and what. */
  lines(): string[] {
    return this.#lines.map(([at, who, what]) => `${at.toFixed(1).padStart(8)} ms  ${who.padEnd(10)}  ${what}`);
  }
}
