/** simulate(app, ...): the whole application under faults, in virtual time, and everything it promises checked. */
import type { App } from "../../definition/app.ts";
import { type FaultRates, noFaults, usualFaults } from "./faults.ts";
import { type RunResult, runSchedule } from "./run-schedule.ts";
import { type CommandGenerator, type Schedule, scheduleOf } from "./schedule.ts";
import { shortened } from "./shrink.ts";
import type { Violation } from "./violation.ts";

export interface SimulateOptions {
  /** Of the first run. Default 1. */
  readonly seed?: number;
  /** How many runs, each with the next seed. Default 1. */
  readonly runs?: number;
  /** What clients and operators do in each. Default 40. */
  readonly steps?: number;
  /** Whether a failing run is made short before it is reported, which takes some hundred runs. Default true. */
  readonly shorten?: boolean;
  /** Likelihood of faults that is to differ from the usual; `false` for none at all. */
  readonly faults?: Partial<FaultRates> | false;
  /** Makes the commands that clients send. */
  readonly commands: CommandGenerator;
}

export interface SimulationReport {
  readonly runs: number;
  readonly commands: number;
  readonly events: number;
  /** Faults that struck, by name. */
  readonly faults: Readonly<Record<string, number>>;
}

/** A guarantee did not hold. The message shows what, with the shortest way to it that was found. */
export class SimulationError extends Error {
  /** `simulate(app, { ...options, seed, runs: 1 })` does the same again. */
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** What happened in the shortened run, line by line. */
  readonly trace: readonly string[];

  constructor(seed: number, { violations, trace }: RunResult) {
    const broken = violations.map(({ guarantee, message }) => `${guarantee}: ${message}`);
    super(
      [
        `Seed ${seed} breaks a guarantee.`,
        ...broken,
        "",
        "The shortest way to it that was found:",
        ...abridged(trace),
      ].join("\n"),
    );
    this.name = "SimulationError";
    this.seed = seed;
    this.violations = violations;
    this.trace = trace;
  }
}

/**
 * Runs `app` on servers, clients and an engine that exist in memory only, while faults strike, and checks its guarantees after each run.
 * Equal options give equal runs.
 * @throws SimulationError for the first seed that breaks one.
 */
export async function simulate(app: App, options: SimulateOptions): Promise<SimulationReport> {
  const { seed = 1, runs = 1, shorten = true } = options;
  const report = { runs, commands: 0, events: 0, faults: {} as Record<string, number> };
  for (let current = seed; current < seed + runs; current++) {
    const schedule = scheduleFor(app, current, options);
    const result = await runSchedule(app, schedule);
    if (result.violations.length > 0)
      throw new SimulationError(current, shorten ? await shortened(app, schedule, result) : result);
    report.commands += result.commands;
    report.events += result.events;
    for (const struck of result.struck) {
      const [fault = ""] = struck.split(" ", 1);
      report.faults[fault] = (report.faults[fault] ?? 0) + 1;
    }
  }
  return report;
}

const mostLines = 100;

function abridged(lines: readonly string[]): readonly string[] {
  const left = lines.length - mostLines;
  return left > 0 ? [...lines.slice(0, mostLines), `... and ${left} more lines (error.trace).`] : lines;
}

function scheduleFor(app: App, seed: number, { steps = 40, faults = {}, commands }: SimulateOptions): Schedule {
  const rates = faults === false ? noFaults : { ...usualFaults, ...faults };
  return scheduleOf(app, seed, { steps, rates, commands });
}
