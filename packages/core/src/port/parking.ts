/** The part of the port to a target that keeps streams which a projection has set aside. */
import type { ReadModel } from "./read-model-store.ts";

export interface ParkedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** A stream that a read model has set aside: of its events that the projection handles, none from `version` on is in the read model. */
export interface ParkedStream {
  readonly stream: string;
  readonly partition: string;
  /** Where to go on: at the event that failed, or right after one that a redrive brought in. */
  readonly version: number;
  readonly position: number;
  /** Of the last attempt that failed. */
  readonly error: ParkedError;
  /** How often the event at `version` has failed. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly parkedAt: number;
  /** Events that wait, the failed one included. */
  readonly waiting: number;
  /** The last of them. */
  readonly lastVersion: number;
  readonly lastPosition: number;
}

/** Puts an entry in the place of whatever was known of the stream; `null` removes it. */
export interface ParkedWrite {
  readonly stream: string;
  readonly entry: ParkedStream | null;
}

export interface ParkedPage {
  /** Only streams of this partition. */
  readonly partition?: string;
  /** Only streams whose names sort after this one. */
  readonly after?: string;
  readonly limit: number;
}

/** Entries change only by `ReadModelStore.write`, together with rows and checkpoint. */
export interface ParkingStore {
  /** By name of the stream, in the order of code points. */
  list(model: ReadModel, page: ParkedPage): Promise<readonly ParkedStream[]>;

  count(model: ReadModel): Promise<number>;

  /** The entry of one stream, if it is parked. */
  get(model: ReadModel, stream: string): Promise<ParkedStream | undefined>;

  /** The checkpoint and, as of the same moment, whether any stream of the partition is parked: at the price of the checkpoint alone. */
  reached(model: ReadModel, partition: string): Promise<Reached>;
}

export interface Reached {
  readonly position: number;
  readonly isParking: boolean;
}
