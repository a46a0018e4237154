/** How fast a worker gets on with a projection. */
import type { Clock } from "../../port/environment.ts";

const windowMs = 5_000;

interface Window {
  readonly began: number;
  readonly events: number;
}

export class StepPace {
  readonly #clock: Clock;
  #before: Window;
  #current: Window;
  #steppedAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#before = this.#current = { began: clock.now(), events: 0 };
  }

  /** When the last step was taken, in milliseconds since 1970. */
  get steppedAt(): number | undefined {
    return this.#steppedAt;
  }

  /** A step has been taken. */
  add(events: number): void {
    this.#turn();
    this.#current = { ...this.#current, events: this.#current.events + events };
    this.#steppedAt = this.#clock.now();
  }

  /** Over the last 5 to 10 seconds, or since there was something to count. */
  eventsPerSecond(): number {
    this.#turn();
    const ms = Math.max(this.#clock.now() - this.#before.began, 1_000);
    return Math.round(((this.#before.events + this.#current.events) * 10_000) / ms) / 10;
  }

  /** Begins another window once the current one is over. */
  #turn(): void {
    const now = this.#clock.now();
    const age = now - this.#current.began;
    if (age < windowMs) return;
    this.#before = age < 2 * windowMs ? this.#current : { began: now, events: 0 };
    this.#current = { began: now, events: 0 };
  }
}
