/** What benchmarks need of an engine: Foldstream on it, and the same work by hand on the bare driver, at the same durability. */
import type { Engine } from "foldstream/port";
import type { Run, Subject } from "../question.ts";

export type EngineName = "sqlite" | "postgres";

/** Printed with every result. */
export interface EngineConditions {
  readonly name: string;
  readonly version: string;
  /** What a commit waits for. */
  readonly durability: string;
}

export interface BenchEngine {
  readonly conditions: EngineConditions;
  /** A place without data. */
  place(folder: string): Promise<BenchPlace>;
  stop(): Promise<void>;
}

/** Where one repetition of one subject has its data. */
export interface BenchPlace {
  /** Foldstream, opened again each time. Close it. */
  engine(): Engine;
  /** Plain data by which another process opens the same with `openShared`. */
  readonly shared: SharedPlace;
  bareLog(): Promise<BareLog>;
  /** By hand over the log that `engine` wrote: sums by stream. */
  bareProjection(eventsPerStep: number): Promise<BareProjection>;
  /** Removes the data. */
  drop(): Promise<void>;
}

export type SharedPlace =
  | { readonly engine: "sqlite"; readonly path: string }
  | { readonly engine: "postgres"; readonly connectionString: string; readonly schema: string };

export interface BareEvent {
  readonly stream: string;
  readonly version: number;
  readonly data: unknown;
}

/** A table of events, as one would write it by hand, on one connection. */
export interface BareLog {
  /** In one transaction. */
  insert(events: readonly BareEvent[]): Promise<void>;
  /** Adds that many increments to a stream, after its newest version, in one transaction. */
  increment(stream: string, times: number): Promise<void>;
  version(stream: string): Promise<number>;
  /** The data of all events of a stream, parsed. */
  read(stream: string): Promise<unknown[]>;
  close(): Promise<void>;
}

export interface BareProjection {
  /** Reads, groups in memory, and writes with the checkpoint in one transaction. Resolves to how many events that were. */
  step(): Promise<number>;
  /** Of all sums. */
  total(): Promise<number>;
  close(): Promise<void>;
}

/** A repetition with a place of its own. */
export function placed(engine: BenchEngine, work: (place: BenchPlace) => Promise<Run>): Subject["run"] {
  return async (folder) => {
    const place = await engine.place(folder);
    try {
      return await work(place);
    } finally {
      await place.drop();
    }
  };
}

/** The sums of one step, by stream. */
export function sumsOf(rows: readonly { readonly name: string; readonly data: string }[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { name, data } of rows) sums.set(name, (sums.get(name) ?? 0) + JSON.parse(data).by);
  return sums;
}

/** About 300 bytes as JSON. */
export const payload = {
  carrier: "AA",
  flight: 1_204,
  origin: "ORD",
  destination: "LAX",
  delay: 12,
  note: "x".repeat(220),
};

export const eventType = "counter.Incremented";
