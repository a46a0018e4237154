/** Events that handlers fail on: some until somebody has mended the handler, the others until the faults end. */
import type { CallSide } from "./calls.ts";

const shareThatIsMended = 0.7;
const longestMs = 400;

export class Poison {
  readonly #side: CallSide;
  readonly #since = new Map<string, number>();

  constructor(side: CallSide) {
    this.#side = side;
  }

  /** Whether a handler fails now. `place` names it and the event. */
  strikes(place: string): boolean {
    const { faults, time } = this.#side;
    const since = this.#since.get(place) ?? time.now;
    if (time.now > since + this.#lastsMs(place) || !faults.strike(place, "poison")) return false;
    this.#since.set(place, since);
    return true;
  }

  #lastsMs(place: string): number {
    const part = this.#side.chance.of(`end of the poison for ${place}`) / shareThatIsMended;
    return part < 1 ? part * longestMs : Number.POSITIVE_INFINITY;
  }
}
