/** The command side of an app by itself: executes commands and reads streams, and knows nothing of read models. */
import type { App } from "../../definition/app.ts";
import type { Environment } from "../../port/environment.ts";
import type { EventStore } from "../../port/event-store.ts";
import { Background } from "../background.ts";
import { Catalog, streamName } from "../catalog.ts";
import type { RuntimeObserver } from "../observer.ts";
import type { CommandOptions, Runtime, StreamPage } from "../runtime.ts";
import { defaultSettings, type Settings } from "../settings.ts";
import { type Tracing, untraced } from "../tracing.ts";
import { CommandExecutor } from "./execute.ts";
import { StreamStates } from "./stream-states.ts";

/** What a runtime does for commands. */
export type CommandRuntime<A extends App = App> = Pick<
  Runtime<A>,
  "app" | "execute" | "dispatch" | "dispatchInOrder" | "executeTogether" | "readStream" | "settled" | "stop"
>;

export interface CommandRuntimeOptions {
  readonly eventStore: EventStore;
  readonly environment: Environment;
  readonly settings?: Partial<Settings>;
  readonly observer?: RuntimeObserver;
  /** Makes spans. Default: none. */
  readonly tracing?: Tracing;
}

const largestStreamPage = 1_000;

/** Makes the command side of a runtime, for hosts that take nothing but commands and load no more than that. Needs no `start`. */
export function createCommandRuntime<A extends App>(app: A, options: CommandRuntimeOptions): CommandRuntime<A> {
  return new Commands(app, options) as unknown as CommandRuntime<A>;
}

export class Commands implements CommandRuntime {
  readonly app: App;
  readonly catalog: Catalog;
  readonly background: Background;
  readonly #store: EventStore;
  readonly #executor: CommandExecutor;
  readonly #tracing: Tracing;

  constructor(
    app: App,
    { eventStore: store, environment, observer = {}, tracing = untraced, ...options }: CommandRuntimeOptions,
  ) {
    const settings = { ...defaultSettings, ...options.settings };
    this.app = app;
    this.#store = store;
    this.#tracing = tracing;
    this.catalog = new Catalog(app, settings.eventSize);
    // Snapshots are a cache, so losing one only costs time.
    this.background = new Background((error) => observer.snapshotFailed?.({ error }));
    const states = new StreamStates(store, this.catalog, settings.cachedStreams);
    const background = (work: Promise<void>) => this.background.add(work);
    const { catalog } = this;
    this.#executor = new CommandExecutor({ catalog, store, states, environment, settings, observer, background });
  }

  execute: Runtime["execute"] = (aggregate, id, command, data, options) =>
    this.dispatch({ ...options, aggregate: aggregate.name, id, command, data });

  dispatch: Runtime["dispatch"] = (request) =>
    this.#tracing.command([request], request.traceparent, (traceparent) =>
      this.#executor.execute(within(request, traceparent)),
    );

  dispatchInOrder: Runtime["dispatchInOrder"] = (requests) => {
    const traced = (traceparent?: string) =>
      requests.map((request) => (request.traceparent === undefined ? within(request, traceparent) : request));
    return this.#tracing.command(requests, requests[0]?.traceparent, (own) => this.#executor.inOrder(traced(own)));
  };

  executeTogether: Runtime["executeTogether"] = (requests, options = {}) =>
    this.#tracing.command(requests, options.traceparent, (traceparent) =>
      this.#executor.together(requests, within(options, traceparent)),
    );

  readStream: Runtime["readStream"] = async (aggregate, id, options = {}): Promise<StreamPage> => {
    const { after = 0, limit = 100 } = options;
    this.catalog.aggregate(aggregate);
    const size = Math.min(Math.max(limit, 1), largestStreamPage);
    const stored = await this.#store.read(streamName(aggregate, id), { after, limit: size + 1 });
    return { events: stored.slice(0, size).map((event) => this.catalog.decode(event)), more: stored.length > size };
  };

  settled(): Promise<void> {
    return this.background.settled();
  }

  async stop(): Promise<void> {
    await this.#executor.stop();
    await this.settled();
  }
}

function within<Options extends Pick<CommandOptions, "traceparent">>(options: Options, traceparent?: string): Options {
  return traceparent === options.traceparent || traceparent === undefined ? options : { ...options, traceparent };
}
