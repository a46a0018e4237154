/** Where one repetition of one library has its data, and how such places are made, copied and removed. */
import type { EngineConditions } from "../../engines/bench-engine.ts";

export const peerEngines = ["sqlite", "postgres", "dynamodb"] as const;

export type PeerEngine = (typeof peerEngines)[number];

/** Plain data: it goes to another process. */
export type Place =
  | { readonly engine: "sqlite"; readonly folder: string }
  | { readonly engine: "postgres"; readonly connectionString: string }
  | DynamoDbPlace;

export interface DynamoDbPlace {
  readonly engine: "dynamodb";
  readonly endpoint: string;
  /** Of the names of all tables. */
  readonly prefix: string;
}

export interface Places {
  readonly conditions: EngineConditions;
  /** Whether `place` can copy another one. */
  readonly copies: boolean;
  /** Without data, or with that of a place that nothing uses at the moment. */
  place(copyOf?: Place): Promise<Place>;
  drop(place: Place): Promise<void>;
  stop(): Promise<void>;
}
