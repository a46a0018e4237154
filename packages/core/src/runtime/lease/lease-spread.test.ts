import { describe, expect, it } from "vitest";
import { leasesToTake, passing, type Sighting, sharing, sightingOf } from "./lease-spread.ts";

const leaseMs = 900;
const held = (...indexes: number[]) => ({ held: new Set(indexes), leaseMs, chance: 0, claims: sharing });

/** One sighting a letter: `-` for a lease that nobody ever had, else the holder's name. */
function seen(holders: string, unchangedMs = 0): Sighting[] {
  return [...holders].map((holder) => ({
    lease: holder === "-" ? undefined : { epoch: 1, holder, beat: 1 },
    unchangedMs,
  }));
}

describe("sightingOf", () => {
  it("adds up what was waited while epoch and beat stay the same", () => {
    const lease = { epoch: 3, holder: "a", beat: 7 };
    const first = sightingOf(undefined, lease, 300);
    const second = sightingOf(first, { ...lease }, 290);

    expect(first.unchangedMs).toBe(0);
    expect(sightingOf(second, lease, 280).unchangedMs).toBe(570);
    expect(sightingOf(second, { ...lease, beat: 8 }, 280).unchangedMs).toBe(0);
    expect(sightingOf(second, { ...lease, epoch: 4 }, 280).unchangedMs).toBe(0);
  });
});

describe("leasesToTake", () => {
  it("takes everything when it is alone", () => {
    expect(leasesToTake(seen("----"), held())).toEqual([0, 1, 2, 3]);
  });

  it("takes free leases up to its share, and leaves the rest to those who have less", () => {
    expect(leasesToTake(seen("ab----"), held())).toEqual([2, 3]);
    expect(leasesToTake(seen("xab---"), held(0))).toEqual([3]);
  });

  it("leaves their share to holders that are late, until they are too late", () => {
    expect(leasesToTake([...seen("a", leaseMs - 1), ...seen("---")], held())).toEqual([1, 2]);
    expect(leasesToTake([...seen("a", leaseMs), ...seen("---")], held())).toEqual([0, 1, 2, 3]);
  });

  it("takes free leases beyond its share once nobody else has wanted them for a while", () => {
    const abandoned = [...seen("xab"), ...seen("---", leaseMs)];

    expect(leasesToTake(abandoned, held(0))).toEqual([3, 4, 5]);
  });

  it("takes all that nobody alive holds, and nothing else, for whoever is only passing", () => {
    const abandoned = [...seen("xab"), ...seen("--"), ...seen("c", leaseMs)];

    expect(leasesToTake(abandoned, { ...held(0), claims: passing })).toEqual([3, 4, 5]);
    expect(leasesToTake(seen("aaaaax"), { ...held(5), claims: passing })).toEqual([]);
  });

  it("takes what was given back at once, and what its holder does not renew after leaseMs", () => {
    const givenBack: Sighting = { lease: { epoch: 4, holder: null, beat: 9 }, unchangedMs: 0 };

    expect(leasesToTake([...seen("x"), givenBack], held(0))).toEqual([1]);
    expect(leasesToTake([...seen("x"), ...seen("a", leaseMs - 1)], held(0))).toEqual([]);
    expect(leasesToTake([...seen("x"), ...seen("a", leaseMs)], held(0))).toEqual([1]);
  });

  it("takes one lease from whoever holds the most", () => {
    expect(leasesToTake(seen("aabbbb"), held())).toEqual([2]);
    expect(leasesToTake(seen("aabbbb"), { ...held(), chance: 0.99 })).toEqual([5]);
  });

  it.each(["aax", "aaabbbxx", "abcdx", "x", "ax", "abc"])("moves nothing where shares are even: %s", (holders) => {
    const own = [...holders].flatMap((holder, index) => (holder === "x" ? [index] : []));

    expect(leasesToTake(seen(holders), held(...own))).toEqual([]);
  });

  it.each([
    [1, 7],
    [3, 6],
    [4, 10],
    [5, 3],
  ])("comes to rest, evenly, with %i workers and %i leases, whoever begins with all", (workers, leases) => {
    const names = "abcdefgh".slice(0, workers);
    const holders = Array.from({ length: leases }, () => "a");
    let moves = 0;
    for (let round = 0; round < 20; round++) {
      for (const name of names) {
        const own = holders.flatMap((holder, index) => (holder === name ? [index] : []));
        for (const index of leasesToTake(seen(holders.join("")), held(...own))) {
          holders[index] = name;
          moves++;
        }
      }
    }

    const counts = [...names].map((name) => holders.filter((holder) => holder === name).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(moves).toBe(leases - (counts[0] as number));
  });
});
