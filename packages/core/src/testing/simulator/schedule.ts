/** What clients and operators do in a run, and when: made from the seed, then shortened when the run fails. */
import type { App } from "../../definition/app.ts";
import { Chance, type SimulatedRandom } from "./chance.ts";
import { type Fault, type FaultRates, someOf } from "./faults.ts";

/** A command as a generator makes it. */
export interface SimulatedCommand {
  readonly aggregate: string;
  readonly id: string;
  readonly command: string;
  readonly data: unknown;
}

/** Makes the next command; several in a list are executed together, all or nothing. */
export type CommandGenerator = (random: SimulatedRandom) => SimulatedCommand | readonly SimulatedCommand[];

interface AtTime {
  /** Milliseconds since the beginning. */
  readonly at: number;
}
export interface CommandStep extends AtTime {
  readonly kind: "command";
  readonly commandId: string;
  readonly commands: readonly SimulatedCommand[];
  readonly together: boolean;
  /** Sends the version that the stream has then, less this, as the one that it expects. */
  readonly behind?: number;
}
export interface QueryStep extends AtTime {
  readonly kind: "query";
  readonly name: string;
  readonly projection: string;
  /** Waits for the tokens of so many of the commands answered last. */
  readonly tokens: number;
  readonly waitMs: number;
}
export interface OperatorStep extends AtTime {
  readonly kind: "crash" | "powerCut" | "restart" | "pause" | "clockJump";
  /** 0-based. A power cut is for all of them. */
  readonly server: number;
  /** How long it is away, or how far the clock jumps. */
  readonly ms: number;
}
/** What an operator does to one read model, in a process of its own. */
export interface UpkeepStep extends AtTime {
  readonly kind: "audit" | "repair" | "redrive" | "rebuild" | "switch" | "rollBack" | "drop";
  /** Of the process. */
  readonly name: string;
  readonly projection: string;
  /** Whether another operator does the same at the same time. */
  readonly twice: boolean;
  /** Of a rebuild: whether the new build is to serve. */
  readonly serves?: boolean;
}
export interface DamageStep extends AtTime {
  readonly kind: "damage";
  readonly name: string;
  readonly projection: string;
}
/** From now on, servers that start run a release that raises the version of a projection. */
export interface ReleaseStep extends AtTime {
  readonly kind: "release";
  readonly projection: string;
}
export type Step = CommandStep | QueryStep | OperatorStep | UpkeepStep | DamageStep | ReleaseStep;

export interface Schedule {
  readonly seed: number;
  readonly servers: number;
  readonly partitions: number;
  readonly rates: FaultRates;
  readonly steps: readonly Step[];
  /** Faults that strike, and no others. Absent: as the rates have it. */
  readonly only?: ReadonlySet<string>;
}

export interface ScheduleOptions {
  readonly steps: number;
  readonly rates: FaultRates;
  readonly commands: CommandGenerator;
}

/** Between two steps, at most, in one run or another; half of them follow at once. */
const longestGapsMs = [3, 15, 60, 250];
const shareOfQueries = 0.25;
const shareWithExpectedVersion = 0.1;
const shareOfTwoOperators = 0.3;
const shareOfRebuildsThatServe = 0.5;

export function scheduleOf(app: App, seed: number, options: ScheduleOptions): Schedule {
  const chance = new Chance(seed);
  const random = chance.sequence("schedule");
  const rates = someOf(options.rates, chance);
  const servers = random.oneOf([1, 2, 3, 3]);
  const partitions = random.oneOf([1, 3, 3]);
  const longestGapMs = random.oneOf(longestGapsMs);
  let at = 0;
  const steps = Array.from({ length: options.steps }, (_, index): Step => {
    at += Math.max(0, random.next() * 2 - 1) * longestGapMs;
    return (
      operatorStep(random, at, servers, rates) ??
      upkeepStep(app, random, at, index, rates) ??
      clientStep(app, random, at, index, options.commands)
    );
  });
  return { seed, servers, partitions, rates, steps };
}

const operatorSteps = ["crash", "powerCut", "restart", "pause", "clockJump"] as const satisfies readonly Fault[];

function operatorStep(
  random: SimulatedRandom,
  at: number,
  servers: number,
  rates: FaultRates,
): OperatorStep | undefined {
  const kind = operatorSteps.find((candidate) => random.next() < rates[candidate]);
  const server = random.whole(0, servers - 1);
  const far = random.next() ** 2;
  if (!kind) return undefined;
  if (kind === "clockJump") return { kind, at, server, ms: Math.floor((random.next() - 0.5) * 2 * 3_600_000 * far) };
  return { kind, at, server, ms: Math.floor(2_000 * far) };
}

const upkeepSteps = ["damage", "audit", "repair", "redrive", "rebuild", "release"] as const satisfies readonly Fault[];
const buildSteps = ["rebuild", "rebuild", "switch", "rollBack", "drop"] as const;

function upkeepStep(
  { projections }: App,
  random: SimulatedRandom,
  at: number,
  index: number,
  rates: FaultRates,
): UpkeepStep | DamageStep | ReleaseStep | undefined {
  const kind = upkeepSteps.find((candidate) => random.next() < rates[candidate]);
  if (!kind || projections.length === 0) return undefined;
  const step = { at, name: `o${index}`, projection: random.oneOf(projections).name };
  if (kind === "damage" || kind === "release") return { kind, ...step };
  const twice = random.next() < shareOfTwoOperators;
  if (kind !== "rebuild") return { kind, ...step, twice };
  return { kind: random.oneOf(buildSteps), ...step, twice, serves: random.next() < shareOfRebuildsThatServe };
}

function clientStep(app: App, random: SimulatedRandom, at: number, index: number, generate: CommandGenerator): Step {
  if (app.projections.length > 0 && random.next() < shareOfQueries) {
    const projection = random.oneOf(app.projections).name;
    return {
      kind: "query",
      at,
      name: `q${index}`,
      projection,
      tokens: random.whole(1, 3),
      waitMs: random.whole(0, 400),
    };
  }
  const made = generate(random);
  const commands = [made].flat();
  const together = Array.isArray(made);
  const step = { kind: "command", at, commandId: `c${index}`, commands, together } as const;
  const expects = random.next() < shareWithExpectedVersion;
  const behind = random.next() < 0.3 ? 1 : 0;
  return expects && !together ? { ...step, behind } : step;
}
