/** Keeps an audit to its pace, tells how far it has come, and stops it when it should. */
import type { Environment } from "../../port/environment.ts";
import type { AuditOptions } from "./report.ts";

interface Spent {
  readonly events?: number;
  readonly rows?: number;
}

/** Events and rows: some milliseconds of work. */
const restEvery = 500;

export class Throttle {
  readonly #environment: Environment;
  readonly #options: AuditOptions;
  readonly #projection: string;
  readonly #began: number;
  #events = 0;
  #rows = 0;
  /** An audit begins with a rest: many small ones in a row shall not keep others waiting either. */
  #unrested = restEvery;

  constructor(projection: string, environment: Environment, options: AuditOptions) {
    this.#projection = projection;
    this.#environment = environment;
    this.#options = options;
    this.#began = environment.clock.now();
  }

  /** Notes what was read, and waits until that much may have been read. */
  async spend({ events = 0, rows = 0 }: Spent): Promise<void> {
    const { signal, onProgress } = this.#options;
    signal?.throwIfAborted();
    this.#events += events;
    this.#rows += rows;
    onProgress?.({ projection: this.#projection, events: this.#events, rows: this.#rows });
    this.#unrested += events + rows;
    if (this.#unrested < restEvery && this.#earlyMs() <= 0) return;
    this.#unrested = 0;
    await this.#rest();
  }

  /** Engines in this process never wait for anything: without a rest, nothing else would run before the audit ends. */
  async #rest(): Promise<void> {
    const { scheduler } = this.#environment;
    await new Promise<void>((resolve) => scheduler.soon(resolve));
    for (let early = this.#earlyMs(); early > 0; early = this.#earlyMs()) {
      const ms = Math.min(longestWaitMs, early);
      await new Promise<void>((resolve) => scheduler.after(ms, resolve));
      this.#options.signal?.throwIfAborted();
    }
  }

  #earlyMs(): number {
    const { perSecond } = this.#options;
    if (perSecond === undefined) return 0;
    const due = this.#began + ((this.#events + this.#rows) / perSecond) * 1_000;
    return due - this.#environment.clock.now();
  }
}

/** So that a stop is noticed. */
const longestWaitMs = 1_000;
