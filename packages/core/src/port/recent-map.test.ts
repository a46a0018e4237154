import * as fc from "fast-check";
import { expect, it } from "vitest";
import { RecentMap } from "./recent-map.ts";

const operations = fc.array(fc.record({ kind: fc.constantFrom("get", "set", "delete"), key: fc.nat(12) }), {
  maxLength: 200,
});
const weights = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 13, maxLength: 13 });

interface Held {
  readonly key: number;
  readonly weight: number;
}

/** What was used last, as far as it fits. The newest is kept however heavy it is. */
function certain(recent: readonly Held[], half: number): readonly number[] {
  const upTo = (place: number) => recent.slice(0, place + 1).reduce((sum, { weight }) => sum + weight, 0);
  return recent.filter((_, place) => place === 0 || upTo(place) <= half).map(({ key }) => key);
}

it.each([
  { named: "that weigh the same", weights: fc.constant(new Array<number>(13).fill(1)) },
  { named: "of different weights", weights },
])(
  "keeps the half used most recently of entries $named, holds no more than its capacity, and never gives a wrong value",
  ({ weights }) => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), operations, weights, (capacity, operations, weights) => {
        const map = new RecentMap<number, Held & { readonly step: number }>(capacity, ({ weight }) => weight);
        const half = Math.floor(capacity / 2);
        const truth = new Map<number, Held>();
        let recent: Held[] = [];
        for (const [step, { kind, key }] of operations.entries()) {
          if (kind === "delete") {
            map.delete(key);
            truth.delete(key);
            recent = recent.filter((used) => used.key !== key);
            continue;
          }
          if (kind === "set") {
            const value = { key, weight: weights[key] as number, step };
            map.set(key, value);
            truth.set(key, value);
          }
          const found = map.get(key);
          if (certain(recent, half).includes(key) || kind === "set") expect(found).toBe(truth.get(key));
          expect([truth.get(key), undefined]).toContain(found);
          if (found) recent = [found, ...recent.filter((used) => used.key !== key)];
        }
        const held = Array.from({ length: 13 }, (_, key) => map.get(key)).filter((value) => value !== undefined);
        const weight = held.reduce((sum, value) => sum + value.weight, 0);
        expect(weight).toBeLessThanOrEqual(2 * Math.max(half, ...weights));
      }),
    );
  },
);

it("keeps one that outweighs all others together for as long as it is used", () => {
  const map = new RecentMap<string, number>(10, (weight) => weight);
  map.set("heavy", 1_000_000);
  for (let other = 0; other < 100; other++) {
    map.set(String(other), 1);
    expect(map.get("heavy")).toBe(1_000_000);
  }
});
