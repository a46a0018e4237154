/** Follows a live query: connects, reads, and connects again until stopped. */
import { ClientError } from "./errors.ts";
import { readEvents, type ServerSentEvent } from "./event-stream.ts";
import { type Problem, problemIn } from "./problem.ts";
import { isPassing, pause, pauseMs, type TransportOptions, wholeAnswer } from "./transport.ts";
import type { LiveOptions } from "./types.ts";

export interface Following {
  readonly url: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly body: string;
  readonly onValue: (value: never) => void;
  readonly options: LiveOptions;
  readonly transport: TransportOptions;
  /** Longest silence before the connection counts as dead, in milliseconds. */
  readonly silenceMs: number;
}

export class LiveConnection {
  readonly #following: Following;
  readonly #stopping = new AbortController();
  #lastEventId: string | undefined;
  #attempt = 0;

  constructor(following: Following) {
    this.#following = following;
    const { signal } = following.options;
    signal?.addEventListener("abort", () => this.stop(), { signal: this.#stopping.signal });
    if (signal?.aborted) this.stop();
    this.#run().catch(raise);
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#connect().catch((error: unknown) => this.#lost(error));
      const ms = pauseMs(this.#attempt++, undefined, this.#following.transport);
      await pause(ms, signal).catch(() => undefined);
    }
  }

  /** One connection, from its first byte to its last. */
  async #connect(): Promise<void> {
    const { transport, url, body, headers } = this.#following;
    const watch = new Watch(this.#following.silenceMs);
    try {
      const response = await transport.fetch(url, {
        method: "POST",
        body,
        headers: {
          ...(await headers()),
          accept: "text/event-stream",
          ...(this.#lastEventId && { "last-event-id": this.#lastEventId }),
        },
        signal: AbortSignal.any([this.#stopping.signal, watch.signal]),
      });
      if (response.ok && response.body) await this.#read(response.body, watch);
      else this.#refused(problemIn(await wholeAnswer(response)));
    } finally {
      watch.stop();
    }
  }

  async #read(body: ReadableStream<Uint8Array>, watch: Watch): Promise<void> {
    const { onConnection } = this.#following.options;
    onConnection?.(true);
    try {
      await readEvents(
        body,
        (event) => this.#take(event),
        () => watch.feed(),
      );
    } finally {
      onConnection?.(false);
    }
  }

  #take({ event, id, data }: ServerSentEvent): void {
    if (this.#stopping.signal.aborted) return;
    if (event === "problem") this.#following.options.onProblem?.(JSON.parse(data) as Problem);
    if (event !== "message") return;
    this.#attempt = 0;
    this.#lastEventId = id;
    const value = JSON.parse(data) as never;
    shielded(() => this.#following.onValue(value));
  }

  #refused(problem: Problem): void {
    const { onProblem } = this.#following.options;
    const curable = isPassing(problem.status) || problem.status === 500;
    if (!curable) this.stop();
    if (onProblem) shielded(() => onProblem(problem));
    else if (!curable)
      raise(
        new ClientError("bad-response", `Live query refused with ${problem.code}: ${problem.detail ?? problem.title}`),
      );
  }

  /** A lost connection is the normal case: the next one is on its way. */
  #lost(error: unknown): void {
    if (error instanceof SyntaxError)
      throw new ClientError("bad-response", "The live query sent something that is not JSON.", { cause: error });
  }
}

/** Fires when nothing has come for a while, since a dead TCP connection says nothing. */
class Watch {
  readonly #silent = new AbortController();
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
    this.feed();
  }

  get signal(): AbortSignal {
    return this.#silent.signal;
  }

  feed(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#silent.abort(), this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** A caller's mistake must not pass for a lost connection. */
function shielded(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    raise(error);
  }
}

function raise(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
