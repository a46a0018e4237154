/** What is asked of every library that is compared: the same few things, each done as its documents advise. */
import type { Place } from "./places/place.ts";

/** The data of every event: 327 bytes as JSON. */
export interface Payload {
  readonly by: number;
  readonly carrier: string;
  readonly flight: number;
  readonly origin: string;
  readonly destination: string;
  readonly delay: number;
  readonly note: string;
}

export const payload: Payload = {
  by: 1,
  carrier: "AA",
  flight: 1_204,
  origin: "ORD",
  destination: "LAX",
  delay: 12,
  note: "x".repeat(234),
};

/** What the file of a library exports. */
export interface LibraryModule {
  /** On a place of its own, where it makes what it needs. */
  open(place: Place): Promise<OpenLibrary>;
}

export interface OpenLibrary {
  /** In one call, to a counter at that version. @throws on a conflict. */
  append(id: string, expected: number, payloads: readonly Payload[]): Promise<void>;
  /** Reads all events of a counter and folds them into the sum of `by`. */
  sum(id: string): Promise<number>;
  /**
   * One command: load, decide, append, and again after each conflict. Resolves to how often it was tried again.
   * @throws when the library gives up.
   */
  increment(id: string): Promise<number>;
  /** An asynchronous projection of the sums into a table, where the library has such. */
  readonly projection?: OpenProjection;
  /** Serves `POST /commands/counter/:id/Increment`. Default: a route on Hono that calls `increment`. */
  readonly fetch?: (request: Request) => Response | Promise<Response>;
  close(): Promise<void>;
}

export interface OpenProjection {
  /** Goes on until `close`. */
  start(): Promise<void>;
  /** Of all rows. */
  total(): Promise<number>;
  /** One command, and then a wait until a query finds its row changed by it. */
  incrementAndSee(id: string): Promise<void>;
}
