/** The folded state of streams: loaded, kept up to date, cached, snapshotted. */
import type { EventStore, StoredSnapshot } from "../../port/event-store.ts";
import { RecentMap } from "../../port/recent-map.ts";
import type { AggregateEntry, Catalog } from "../catalog.ts";
import { jsonProblem } from "../json.ts";

export interface StreamState {
  readonly state: unknown;
  readonly version: number;
}

const pageSize = 1_000;

export class StreamStates {
  readonly #store: EventStore;
  readonly #catalog: Catalog;
  readonly #cache: RecentMap<string, StreamState>;

  constructor(store: EventStore, catalog: Catalog, capacity: number) {
    this.#store = store;
    this.#catalog = catalog;
    this.#cache = new RecentMap(capacity);
  }

  /** What is known without reading. May be behind the log: the append, or `refresh`, will tell. */
  cached(stream: string): StreamState | undefined {
    return this.#cache.get(stream);
  }

  keep(stream: string, state: StreamState): void {
    this.#cache.set(stream, state);
  }

  forget(stream: string): void {
    this.#cache.delete(stream);
  }

  /** The state from the cheapest read there is, for a decision that the append is going to check. */
  load(entry: AggregateEntry, stream: string): Promise<StreamState> {
    return this.#read(entry, stream, { mayBeStale: true });
  }

  /** The state as the log has it now, from the cache or a snapshot onwards. */
  refresh(entry: AggregateEntry, stream: string): Promise<StreamState> {
    return this.#read(entry, stream, {});
  }

  async #read(entry: AggregateEntry, stream: string, options: { readonly mayBeStale?: true }): Promise<StreamState> {
    const from = this.cached(stream) ??
      (await this.#snapshot(entry, stream)) ?? { state: entry.initialState, version: 0 };
    const current = await this.#catchUp(stream, from, options);
    this.keep(stream, current);
    return current;
  }

  async #catchUp(stream: string, from: StreamState, options: { readonly mayBeStale?: true }): Promise<StreamState> {
    let { state, version } = from;
    for (;;) {
      const page = await this.#store.read(stream, { ...options, after: version, limit: pageSize });
      for (const stored of page) {
        const { entry, data } = this.#catalog.decodeData(stored);
        state = entry.evolve(state, data);
        version = stored.version;
      }
      if (page.length < pageSize) return { state, version };
    }
  }

  async #snapshot({ snapshot }: AggregateEntry, stream: string): Promise<StreamState | undefined> {
    if (!snapshot) return undefined;
    const stored = await this.#store.readSnapshot(stream);
    if (stored?.schemaVersion !== (snapshot.version ?? 1)) return undefined;
    return { state: JSON.parse(stored.state), version: stored.version };
  }

  /** The snapshot that is due now that the stream has grown from `before` to `after`, if any. */
  snapshotDue({ snapshot }: AggregateEntry, before: number, after: StreamState): StoredSnapshot | undefined {
    if (!snapshot) return undefined;
    const { every, version: schemaVersion = 1 } = snapshot;
    if (Math.floor(before / every) === Math.floor(after.version / every)) return undefined;
    if (jsonProblem(after.state)) return undefined;
    return { version: after.version, schemaVersion, state: JSON.stringify(after.state) };
  }
}
