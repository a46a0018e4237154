/**
 * Invocations that nobody waits for: tried again when the function fails, and given up in the end (docs: "How Lambda handles errors
 * and retries with asynchronous invocation").
 */
import { randomUUID } from "node:crypto";
import type { Invoked } from "../copy/invoked.ts";
import { isStopped, pause } from "../source/pause.ts";

export interface AsynchronousInvocationsOptions {
  readonly invoke: (event: unknown) => Promise<Invoked>;
  /** Waits before each retry, as many as there are retries. Default a minute and two, as Lambda waits. */
  readonly retryAfterMs?: readonly number[];
  /** How old an event may get before it is given up. Default 6 hours. */
  readonly maximumAgeMs?: number;
  /** Wait after the first throttled attempt; it doubles with each, up to 300 times as long. Default a second. */
  readonly throttledMs?: number;
  /** Takes the record of an event that is given up. */
  readonly onFailure?: (record: GivenUpEvent) => Promise<void>;
  /** Whether an event is delivered once more, as Lambda's queue may do. */
  readonly again?: () => boolean;
}

/** What Lambda sends to a destination on failure. */
export interface GivenUpEvent {
  readonly version: "1.0";
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    readonly condition: "RetriesExhausted" | "EventAgeExceeded";
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responsePayload?: unknown;
}

export class AsynchronousInvocations {
  readonly #options: AsynchronousInvocationsOptions;
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: AsynchronousInvocationsOptions) {
    this.#options = options;
  }

  /** Takes the event, and returns at once. */
  send(event: unknown): void {
    const times = this.#options.again?.() ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const running = this.#deliver(event).finally(() => this.#underWay.delete(running));
      this.#underWay.add(running);
    }
  }

  /** Resolves when every event was answered or given up. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Forgets what is waiting. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  async #deliver(event: unknown): Promise<void> {
    const { invoke, retryAfterMs = [60_000, 120_000], maximumAgeMs = 21_600_000, throttledMs = 1_000 } = this.#options;
    const until = Date.now() + maximumAgeMs;
    let throttles = 0;
    for (let failures = 0; !isStopped(this.#stop); ) {
      const invoked = await invoke(event);
      if (invoked.kind === "answered") return;
      const isThrottled = invoked.kind === "throttled";
      const wait = isThrottled ? throttledMs * Math.min(2 ** throttles++, 300) : retryAfterMs[failures++];
      if (wait === undefined) return this.#giveUp(event, "RetriesExhausted", failures, invoked);
      if (Date.now() + wait > until) return this.#giveUp(event, "EventAgeExceeded", failures, invoked);
      await pause(wait, this.#stop);
    }
  }

  async #giveUp(
    event: unknown,
    condition: GivenUpEvent["requestContext"]["condition"],
    attempts: number,
    invoked: Invoked,
  ): Promise<void> {
    await this.#options.onFailure?.({
      version: "1.0",
      timestamp: new Date().toISOString(),
      requestContext: { requestId: randomUUID(), condition, approximateInvokeCount: attempts },
      requestPayload: event,
      ...(invoked.kind === "failed" && { responsePayload: invoked.error }),
    });
  }
}
