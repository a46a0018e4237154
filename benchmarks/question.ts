/** What a benchmark is: a question, and rows that answer it beside the bare engine in the same run. */
import type { BenchEngine, EngineConditions, EngineName } from "./engines/bench-engine.ts";

export interface Row {
  readonly subject: string;
  readonly perSecond: number;
  /** Time of one call of the subject, in milliseconds: what its caller waits. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Rate over the bare row's, both medians of this run. 1 for the bare row itself. */
  readonly ratio: number;
  /** Whether the outcome was counted and is exact, where the question asks for that. */
  readonly exact?: boolean;
  readonly peakMemoryMb?: number;
  /** Processor time per item in the process measured, in microseconds: it holds still when other processes want the cores. */
  readonly cpuUs?: number;
  /** Units of DynamoDB's capacity per item. */
  readonly readUnits?: number;
  readonly writeUnits?: number;
  /** Milliseconds over the bare row's p50. */
  readonly overBareMs?: number;
  /** Median time from a process's start to its first answer, in milliseconds. */
  readonly firstAnswerMs?: number;
  /** Of the minified code, in thousands of bytes. */
  readonly bundleKb?: number;
}

export interface Size {
  /** Scales the work: 1 for a real run, less for a quick look. */
  readonly scale: number;
  /** Repetitions of each subject; medians are reported. */
  readonly runs: number;
  /** Where the databases lie while they are measured. */
  readonly folder: string;
}

/** What one repetition found. */
export interface Run {
  readonly count: number;
  readonly seconds: number;
  /** Milliseconds per call. */
  readonly latencies: readonly number[];
  readonly exact?: boolean;
  readonly peakMemoryMb?: number;
  readonly cpuSeconds?: number;
  readonly readUnits?: number;
  readonly writeUnits?: number;
  readonly firstAnswerMs?: number;
  readonly bundleBytes?: number;
}

export interface Subject {
  readonly name: string;
  /** The subject it is measured against; itself for a bare row. */
  readonly bare: string;
  run(folder: string): Promise<Run>;
}

export interface Question {
  readonly name: string;
  readonly about: string;
  /** Those that can answer it; the first one unless `--engine` says another. None when it brings its own. */
  readonly engines: readonly EngineName[];
  /** The engine that it brings. */
  readonly ownEngine?: EngineConditions;
  /** Why it cannot be answered here, if so. */
  unavailable?(): string | undefined;
  /** Repetitions, where it needs others than most. */
  readonly runs?: number;
  subjects(size: Size, engine: BenchEngine): readonly Subject[];
  /** Ends what its subjects share. */
  stop?(): Promise<void>;
}
