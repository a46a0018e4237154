/** What is asked of every library in turn, and of the bare driver where that can answer it. */
import type { Bare } from "./libraries/bare.ts";
import type { OpenLibrary } from "./library.ts";
import type { PeerEngine, Place } from "./places/place.ts";

export interface PeerQuestion {
  readonly name: string;
  readonly about: string;
  readonly engines: readonly PeerEngine[];
  /** What the rate counts. */
  readonly unit: "events" | "increments" | "requests" | "commands";
  /** Fills the place, once for all repetitions where places can be copied. */
  prepare?(library: OpenLibrary, size: TrialSize): Promise<void>;
  run(library: OpenLibrary, size: TrialSize): Promise<Measured>;
  /** By hand on the driver. Absent: there is nothing to compare with. */
  readonly bare?: BareTrial;
}

interface BareTrial {
  readonly about: string;
  prepare?(place: Place, size: TrialSize): Promise<void>;
  run(bare: Bare, size: TrialSize): Promise<Measured>;
}

export interface TrialSize {
  /** 1 for a real run. */
  readonly scale: number;
  /** A slow library is cut off then, and its rate taken of what it has done. */
  readonly seconds: number;
}

/** What one repetition found. */
export interface Measured {
  readonly count: number;
  readonly seconds: number;
  /** Milliseconds per call. */
  readonly latencies: readonly number[];
  /** Whether the outcome was counted and is exact, where the question asks for that. */
  readonly exact?: boolean;
  /** Attempts after the first one. */
  readonly retries?: number;
  /** Calls that the library gave up. */
  readonly failures?: number;
}
