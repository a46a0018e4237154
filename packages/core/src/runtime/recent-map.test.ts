import * as fc from "fast-check";
import { expect, it } from "vitest";
import { RecentMap } from "./recent-map.ts";

it("keeps the half used most recently, holds no more than its capacity, and never gives a wrong value", () => {
  const operation = fc.record({ kind: fc.constantFrom("get", "set", "delete"), key: fc.nat(12) });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 8 }), fc.array(operation, { maxLength: 200 }), (capacity, operations) => {
      const map = new RecentMap<number, string>(capacity);
      const truth = new Map<number, string>();
      let recent: number[] = [];
      for (const [step, { kind, key }] of operations.entries()) {
        if (kind === "delete") {
          map.delete(key);
          truth.delete(key);
          recent = recent.filter((used) => used !== key);
          continue;
        }
        if (kind === "set") {
          map.set(key, `v${step}`);
          truth.set(key, `v${step}`);
        }
        const found = map.get(key);
        if (recent.slice(0, Math.floor(capacity / 2)).includes(key) || kind === "set")
          expect(found).toBe(truth.get(key));
        expect([truth.get(key), undefined]).toContain(found);
        recent = found === undefined ? recent : [key, ...recent.filter((used) => used !== key)];
      }
      const held = Array.from({ length: 13 }, (_, key) => map.get(key)).filter((value) => value !== undefined);
      expect(held.length).toBeLessThanOrEqual(Math.max(capacity, 2));
    }),
  );
});
