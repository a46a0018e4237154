/** The rows that the log gives, folded again in memory: of as many keys as fit. */

import type { RecordedEvent } from "../../definition/event.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import { checkedRow } from "../../memory/checked-row.ts";
import type { ReadModel, Row } from "../../port/read-model-store.ts";
import type { PagedEvent } from "../projection/event-pages.ts";
import { type FindRows, fold, readModelOf } from "../projection/fold.ts";
import { Incomparable } from "./incomparable.ts";
import type { LogPages } from "./log-pages.ts";

/** Positions by partition. */
export type Place = ReadonlyMap<string, number>;

export interface ExpectedRowsOptions {
  readonly pages: LogPages;
  /** Which keys to fold. */
  readonly wants: (key: string) => boolean;
  /** Partitions in the order in which to fold them. */
  readonly partitions: readonly string[];
}

type Key = (event: RecordedEvent) => string | undefined;

export class ExpectedRows {
  readonly projection: AnyProjection;
  readonly model: ReadModel;
  readonly #options: ExpectedRowsOptions;
  /** JSON text, so that what handlers do to a row they were given changes nothing. */
  readonly #rows = new Map<string, string>();
  readonly #reached = new Map<string, number>();

  constructor(projection: AnyProjection, options: ExpectedRowsOptions) {
    this.projection = projection;
    this.model = readModelOf(projection);
    this.#options = options;
  }

  get(key: string): Row | undefined {
    const text = this.#rows.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  keys(): readonly string[] {
    return [...this.#rows.keys()];
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Folds on, up to a place that is nowhere before the one it was taken to before. Told of each page: the keys it may have changed. */
  async advanceTo(place: Place, afterPage: (changed: readonly string[]) => void = () => undefined): Promise<void> {
    for (const partition of this.#options.partitions) {
      const until = place.get(partition) ?? 0;
      for await (const events of this.#options.pages.walk(partition, this.#reached.get(partition) ?? 0, until))
        afterPage(await this.apply(events));
      this.#reached.set(partition, until);
    }
  }

  /** Whether some partition of `place` lies before what was folded already. */
  isBeyond(place: Place): boolean {
    return [...this.#reached].some(([partition, position]) => position > (place.get(partition) ?? 0));
  }

  /** The events that may change a row that is wanted. */
  concerning(events: readonly PagedEvent[]): readonly PagedEvent[] {
    const { key, on } = this.projection as unknown as { readonly key: Key; readonly on: object };
    return events.filter((event) => {
      if (!Object.hasOwn(on, event.stored.type)) return false;
      const found = key(event.recorded);
      return found !== undefined && this.#options.wants(found);
    });
  }

  /** Folds events, and returns the keys that they may have changed. */
  async apply(events: readonly PagedEvent[]): Promise<readonly string[]> {
    return Incomparable.unless(async () => {
      const { rows } = await fold(this.#ofWantedKeys(), events, this.#find);
      for (const { key, row } of rows) {
        if (row === null) this.#rows.delete(key);
        else this.#rows.set(key, JSON.stringify(checkedRow(this.model, row, key)));
      }
      return rows.map(({ key }) => key);
    });
  }

  forget(unwanted: (key: string) => boolean): void {
    for (const key of this.#rows.keys()) if (unwanted(key)) this.#rows.delete(key);
  }

  /** The same for one key, which may be taken further. */
  fork(key: string): ExpectedRows {
    const fork = new ExpectedRows(this.projection, { ...this.#options, wants: (other) => other === key });
    for (const [partition, position] of this.#reached) fork.#reached.set(partition, position);
    const text = this.#rows.get(key);
    if (text !== undefined) fork.#rows.set(key, text);
    return fork;
  }

  #ofWantedKeys(): AnyProjection {
    const { wants } = this.#options;
    const keyOf = (this.projection as unknown as { readonly key: Key }).key;
    const key: Key = (event) => {
      const found = keyOf(event);
      return typeof found !== "string" || wants(found) ? found : undefined;
    };
    return { ...this.projection, key } as AnyProjection;
  }

  readonly #find: FindRows = async (keys) =>
    new Map(
      keys.flatMap((key) => {
        const row = this.get(key);
        return row ? [[key, { row }] as const] : [];
      }),
    );
}
