/** What a comparison found, with all that is needed to judge it: plain data, kept as `results.json`. */
import type { BenchmarkEnvironment } from "../environment.ts";
import { type Library, versionOf } from "./all-libraries.ts";
import type { JudgedGoal } from "./goals.ts";
import type { PeerEngine } from "./places/place.ts";
import type { PeerRow } from "./rows.ts";
import type { Weight } from "./weight.ts";

export interface PeerResults {
  readonly scale: number;
  readonly runs: number;
  /** Load average of the minute before: on a busy machine figures are low, and ratios less sure. */
  readonly loadBefore: number;
  /** One for each engine. */
  readonly environments: readonly BenchmarkEnvironment[];
  readonly libraries: readonly ComparedLibrary[];
  readonly rows: readonly PeerRow[];
  readonly weights: readonly Weight[];
  readonly goals: readonly JudgedGoal[];
}

export interface ComparedLibrary {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly settings: Readonly<Partial<Record<PeerEngine, string>>>;
  readonly cannot: Readonly<Record<string, string>>;
}

export function compared(library: Library): ComparedLibrary {
  const { name, licence, settings, cannot } = library;
  return { name, version: versionOf(library), licence, settings, cannot };
}
