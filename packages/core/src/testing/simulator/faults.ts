/** What may go wrong, how often, and whether it does. */
import type { Chance } from "./chance.ts";
import type { Trace } from "./trace.ts";

/** How likely each fault is wherever it could strike, from 0 to 1. */
export interface FaultRates {
  /** A read or write fails before anything was done. */
  readonly throttled: number;
  /** A write is done, but its caller is told that it failed. */
  readonly lostAnswer: number;
  /** An append is done long after its caller was told that it failed. */
  readonly lateAppend: number;
  /** A step of a read model is written long after its worker was told that it failed. */
  readonly lateStep: number;
  readonly crashBeforeWrite: number;
  /** The process dies before it learns that the write was done. */
  readonly crashAfterWrite: number;
  /** The process dies once it has learnt that the write was done. */
  readonly crashAfterAnswer: number;
  /** A page of the feed holds fewer events than there are. */
  readonly shortPage: number;
  /** The feed shows an append only after a while. */
  readonly lateFeed: number;
  /** A read of a stream that may be stale is. */
  readonly staleRead: number;
  readonly lostWakeUp: number;
  readonly repeatedWakeUp: number;
  readonly lateWakeUp: number;
  /** A projection's handler fails on an event, again and again, until somebody has mended it or the faults end. */
  readonly poison: number;
  /** A client never hears the answer, and sends its command again. */
  readonly lostReply: number;
  /** A client sends its command twice at once, maybe to two servers. */
  readonly doubleSend: number;
  /** Instead of a command: a server dies and comes back. */
  readonly crash: number;
  /** Instead of a command: all servers die at once, and come back together. */
  readonly powerCut: number;
  /** Instead of a command: a server is stopped as it should be, and started again. */
  readonly restart: number;
  /** Instead of a command: a server stands still for a while, and does not know it. Operators do too. */
  readonly pause: number;
  /** Instead of a command: the clock of a server jumps, forwards or backwards. */
  readonly clockJump: number;
  /** Instead of a command: a row changes behind the runtime's back. */
  readonly damage: number;
  /** Instead of a command: an operator audits a read model. */
  readonly audit: number;
  /** Instead of a command: an operator repairs a read model. */
  readonly repair: number;
  /** Instead of a command: an operator has streams redriven that are parked. */
  readonly redrive: number;
  /** Instead of a command: an operator rebuilds a read model, switches to another build of it, rolls back, or drops old ones. */
  readonly rebuild: number;
  /** Instead of a command: servers that start from now on run a release that raises the version of a projection. */
  readonly release: number;
}

export type Fault = keyof FaultRates;

export const usualFaults: FaultRates = {
  throttled: 0.06,
  lostAnswer: 0.1,
  lateAppend: 0.06,
  lateStep: 0.06,
  crashBeforeWrite: 0.02,
  crashAfterWrite: 0.03,
  crashAfterAnswer: 0.02,
  shortPage: 0.2,
  lateFeed: 0.3,
  staleRead: 0.3,
  lostWakeUp: 0.5,
  repeatedWakeUp: 0.2,
  lateWakeUp: 0.3,
  poison: 0.04,
  lostReply: 0.1,
  doubleSend: 0.1,
  crash: 0.06,
  powerCut: 0.04,
  restart: 0.06,
  pause: 0.08,
  clockJump: 0.05,
  damage: 0.1,
  audit: 0.06,
  repair: 0.04,
  redrive: 0.12,
  rebuild: 0.1,
  release: 0.04,
};

/** Of reads and writes. */
export const faultsOfCalls = [
  "throttled",
  "lostAnswer",
  "crashBeforeWrite",
  "crashAfterWrite",
  "crashAfterAnswer",
  "shortPage",
] as const satisfies readonly Fault[];

export const noFaults = Object.fromEntries(
  Object.keys(usualFaults).map((fault) => [fault, 0]),
) as unknown as FaultRates;

/** What operators do, of which each run does one more often. */
const upkeep = ["damage", "repair", "redrive", "rebuild", "release"] as const satisfies readonly Fault[];
const moreOften = 4;

/**
 * Each run leaves out about half of the faults, so that one that hides another does not always do so ("swarm testing", Groce and others,
 * ISSTA 2012).
 */
export function someOf(rates: FaultRates, chance: Chance): FaultRates {
  const often = chance.sequence("what operators do often").oneOf(upkeep);
  const chosen = Object.entries(rates).map(([fault, rate]) => {
    if (fault === often) return [fault, rate * moreOften];
    return [fault, chance.of(`leave out ${fault}`) < 0.5 ? 0 : rate];
  });
  return Object.fromEntries(chosen);
}

export class Faults {
  /** Every fault that has struck, by what it is and where. */
  readonly struck = new Set<string>();
  readonly #chance: Chance;
  readonly #rates: FaultRates;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #trace: Trace;
  #over: ReadonlySet<Fault> = new Set();

  /** `only`: strikes exactly there, whatever the rates say. */
  constructor(chance: Chance, rates: FaultRates, trace: Trace, only?: ReadonlySet<string>) {
    this.#chance = chance;
    this.#rates = rates;
    this.#trace = trace;
    this.#only = only;
  }

  /** Which of `candidates` strikes at `place`, a name that tells this call from all others. */
  strike<F extends Fault>(place: string, ...candidates: readonly F[]): F | undefined {
    const fault = candidates.find((candidate) => this.#strikes(candidate, `${candidate} at ${place}`));
    if (!fault) return undefined;
    const name = `${fault} at ${place}`;
    if (!this.struck.has(name)) this.#trace.add("fault", name);
    this.struck.add(name);
    return fault;
  }

  #strikes(fault: Fault, name: string): boolean {
    if (this.#over.has(fault)) return false;
    return this.#only ? this.#only.has(name) : this.#chance.of(name) < this.#rates[fault];
  }

  /** From now on only these strike. */
  endAllBut(...left: readonly Fault[]): void {
    this.#over = new Set((Object.keys(usualFaults) as Fault[]).filter((fault) => !left.includes(fault)));
  }
}
