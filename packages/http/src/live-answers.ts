/** The frames of a live query (server-sent events): its answer now, and again whenever it has changed. */
import type { QueryOutcome } from "foldstream";
import { Bell } from "./bell.ts";
import { contentEtag } from "./content-etag.ts";
import type { LiveSettings } from "./options.ts";
import { problemFrame } from "./problem-frame.ts";
import { jsonOf } from "./query-route.ts";
import { refusedQuery } from "./refusal.ts";

export interface LiveSource {
  readonly settings: LiveSettings;
  readonly ask: () => Promise<QueryOutcome<unknown>>;
  /** Calls back on news. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Tag of the answer that the client has already, from `Last-Event-ID`. */
  readonly lastEventId: string | null;
}

export class LiveAnswers {
  readonly #source: LiveSource;
  readonly #bell = new Bell();
  readonly #unsubscribe: () => void;
  readonly #endsAt: number;
  #lastTag: string;
  #lastSent = performance.now();
  #first: QueryOutcome<unknown> | undefined;
  #closed = false;

  constructor(source: LiveSource, first: QueryOutcome<unknown>) {
    this.#source = source;
    this.#first = first;
    this.#lastTag = source.lastEventId ?? "";
    this.#endsAt = performance.now() + source.settings.lifetimeMs;
    this.#unsubscribe = source.subscribe(() => this.#bell.ring());
    // The first answer was asked for before the subscription: look once more for what came in between.
    this.#bell.ring();
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#bell.ring();
  }

  /** The next frame to send, as soon as there is one; `undefined` at the end. */
  async next(): Promise<string | undefined> {
    let outcome = this.#first;
    this.#first = undefined;
    if (outcome) return this.#sent((await this.#frameOf(outcome)) ?? ": unchanged\n\n");
    while (!this.#closed && performance.now() < this.#endsAt) {
      outcome = await this.#askOnNews();
      const frame = outcome && (await this.#frameOf(outcome));
      if (frame !== undefined) return this.#sent(frame);
      if (performance.now() - this.#lastSent >= this.#source.settings.heartbeatMs) return this.#sent(": alive\n\n");
    }
    this.close();
    return undefined;
  }

  /** Pauses first: news of that time is then answered by one run. */
  async #askOnNews(): Promise<QueryOutcome<unknown> | undefined> {
    const { pauseMs, recheckMs } = this.#source.settings;
    await pause(pauseMs);
    await this.#bell.wait(Math.max(0, recheckMs - pauseMs));
    return this.#closed ? undefined : this.#source.ask();
  }

  async #frameOf(outcome: QueryOutcome<unknown>): Promise<string | undefined> {
    if (!outcome.ok) return problemFrame(refusedQuery(outcome));
    const data = jsonOf(outcome.value);
    const tag = await contentEtag(data);
    if (tag === this.#lastTag) return undefined;
    this.#lastTag = tag;
    return `id: ${tag}\ndata: ${data}\n\n`;
  }

  #sent(frame: string): string {
    this.#lastSent = performance.now();
    return frame;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
