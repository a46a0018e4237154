/** What a worker concludes from the leases that it sees: who is alive, and which leases it should take. */
import type { Lease } from "../../port/read-model-store.ts";

/** A lease as last seen, and for how long it has stood still before this worker's eyes. */
export interface Sighting {
  readonly lease: Lease | undefined;
  readonly unchangedMs: number;
}

/** Which leases a worker goes for. */
export interface LeaseClaims {
  /** Whether it first takes every lease over, whoever holds it. Fencing makes that safe. */
  readonly seize: boolean;
  /** What it takes after that: its share of all leases; its share of what nobody alive holds, or all of that; or nothing. */
  readonly afterwards: "share" | "stand by" | "rest" | "nothing";
}

/** Workers on several machines. */
export const sharing: LeaseClaims = { seize: false, afterwards: "share" };
/** Workers on one machine: the newest works, the others wait for its end. */
export const takingOver: LeaseClaims = { seize: true, afterwards: "stand by" };
/** Whoever works for a moment and takes nothing from those at work. */
export const passing: LeaseClaims = { seize: false, afterwards: "rest" };
/** An operator, who wants one lease for a while and nothing else. */
export const operating: LeaseClaims = { seize: true, afterwards: "nothing" };

/** `waitedMs` is what this worker has waited, by its own scheduler, since it saw `before`. */
export function sightingOf(before: Sighting | undefined, lease: Lease | undefined, waitedMs: number): Sighting {
  const still = before !== undefined && before.lease?.epoch === lease?.epoch && before.lease?.beat === lease?.beat;
  return { lease, unchangedMs: still ? before.unchangedMs + waitedMs : 0 };
}

export interface Spread {
  /** Indexes of the leases that this worker holds. */
  readonly held: ReadonlySet<number>;
  readonly leaseMs: number;
  /** In [0, 1): lets workers that see the same choose differently. */
  readonly chance: number;
  readonly claims: LeaseClaims;
}

/**
 * Indexes of the leases to take now: what nobody alive holds, up to a fair share; else, where workers share, one from whoever holds the
 * most, if that is at least two more than this worker has, so that every move evens things out and none is ever moved back.
 */
export function leasesToTake(seen: readonly Sighting[], spread: Spread): readonly number[] {
  const { afterwards } = spread.claims;
  if (afterwards === "nothing") return [];
  const others = heldByOthers(seen, spread);
  const share = afterwards === "rest" ? seen.length : Math.ceil(seen.length / (others.size + 1));
  const vacant = vacantLeases(seen, spread, Math.max(0, share - spread.held.size));
  return vacant.length > 0 || afterwards !== "share" ? vacant : fromTheRichest(others, spread);
}

/** Indexes by holder, of those that are alive. */
function heldByOthers(seen: readonly Sighting[], { held, leaseMs }: Spread): ReadonlyMap<string, readonly number[]> {
  const others = new Map<string, number[]>();
  for (const [index, { lease, unchangedMs }] of seen.entries()) {
    if (held.has(index) || !lease?.holder || unchangedMs >= leaseMs) continue;
    others.set(lease.holder, [...(others.get(lease.holder) ?? []), index]);
  }
  return others;
}

/**
 * The first `wanted` of them, and whatever nobody has wanted for another `leaseMs`: those who seem to have room for it may be dead by
 * now, or may not run that projection.
 */
function vacantLeases(seen: readonly Sighting[], { held, leaseMs }: Spread, wanted: number): readonly number[] {
  const vacant = [...seen.keys()].flatMap((index) => {
    const { lease, unchangedMs } = seen[index] as Sighting;
    const vacantMs = lease?.holder ? unchangedMs - leaseMs : unchangedMs;
    return held.has(index) || vacantMs < 0 ? [] : [{ index, vacantMs }];
  });
  return vacant.filter(({ vacantMs }, place) => place < wanted || vacantMs >= leaseMs).map(({ index }) => index);
}

function fromTheRichest(others: ReadonlyMap<string, readonly number[]>, { held, chance }: Spread): readonly number[] {
  const [richest = []] = [...others.values()].sort((one, other) => other.length - one.length);
  return richest.length < held.size + 2 ? [] : richest.slice(Math.floor(chance * richest.length)).slice(0, 1);
}
