/** The port to the log, as projections see it: every event of every stream, in partitions. */
import type { StoredEvent } from "./event-store.ts";

/** An event in the feed. */
export interface FedEvent extends StoredEvent {
  /** Increasing within its partition, from 1; gaps are allowed, a later event with a smaller position is not. */
  readonly position: number;
}

export interface FeedPage {
  readonly events: readonly FedEvent[];
  /** Where to read on: the position of the last event, or beyond it where the feed knows that nothing can come between. */
  readonly next: number;
}

export interface FeedPoint {
  readonly partition: string;
  readonly position: number;
}

/**
 * The log as consumers see it. A partition holds whole streams, so the events of a stream come in version order, without gaps, and
 * an event shows only when nothing can still be appended before it (G3).
 */
export interface EventFeed {
  /** The partitions, constant for the life of the feed. */
  partitions(): Promise<readonly string[]>;

  /** Events with `position > after`, in position order, at most `limit`. */
  read(partition: string, after: number, limit: number): Promise<FeedPage>;

  /** Position of the newest visible event, 0 when there is none. */
  head(partition: string): Promise<number>;

  /**
   * The points a consumer must have reached to include what `token` stands for, never beyond the head; `undefined` while the feed does
   * not show it yet. At each is an event of a stream that was written; where an append's events lie together, the last of them will do.
   * @throws InvalidTokenError for text that is not a token of this store.
   */
  locate(token: string): Promise<readonly FeedPoint[] | undefined>;

  /**
   * Calls `wake` when a partition may have news. Only a hint: calls may be lost, late or repeated, and consumers also look by
   * themselves. Returns how to stop.
   */
  subscribe(wake: (partition: string) => void): () => void;
}
