/** How far a redrive is, over all projections. */
import type { ParkedIn } from "./parking-desk.ts";
import type { RedrivenStream } from "./redrive.ts";

export interface RedriveProgress {
  readonly projection: string;
  /** Events that were brought in, and those that stay parked with streams that have failed again. */
  readonly done: number;
  /** Events that were waiting when it began. */
  readonly total: number;
}

type ParkedPlace = Pick<ParkedIn, "projection" | "build">;

export class RedriveCount {
  readonly #tell: ((progress: RedriveProgress) => void) | undefined;
  /** What is still expected of each stream. */
  readonly #left = new Map<string, number>();
  #done = 0;
  #total = 0;

  constructor(tell?: (progress: RedriveProgress) => void) {
    this.#tell = tell;
  }

  expect(entry: ParkedIn): void {
    this.#left.set(keyOf(entry), entry.waiting);
    this.#total += entry.waiting;
  }

  took(parked: ParkedPlace & Pick<ParkedIn, "stream">, events: number): void {
    const key = keyOf(parked);
    const left = this.#left.get(key) ?? 0;
    // More may have come to wait since.
    const counted = Math.min(left, events);
    this.#left.set(key, left - counted);
    this.#done += counted;
    this.#tell?.({ projection: parked.projection, done: this.#done, total: this.#total });
  }

  ended(place: ParkedPlace, { stream }: RedrivenStream): void {
    this.took({ ...place, stream }, Number.POSITIVE_INFINITY);
  }
}

function keyOf({ projection, build, stream }: ParkedPlace & Pick<ParkedIn, "stream">): string {
  return `${projection} ${build} ${stream}`;
}
