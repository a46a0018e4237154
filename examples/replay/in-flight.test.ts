import { describe, expect, it } from "vitest";
import { InFlight } from "./in-flight.ts";

describe("commands in flight", () => {
  it("are full at the limit, and have room at half of it", async () => {
    const inFlight = new InFlight(4);
    const answers = [1, 2, 3, 4].map(() => Promise.withResolvers<void>());
    for (const { promise } of answers) inFlight.add(promise, () => undefined);
    let room = false;
    const waiting = inFlight.room().then(() => (room = true));

    answers[0]?.resolve();
    await tick();
    const afterOne = room;
    answers[1]?.resolve();
    await waiting;

    expect({ afterOne, full: inFlight.full }).toEqual({ afterOne: false, full: false });
  });

  it("are empty when all are answered", async () => {
    const inFlight = new InFlight(2);
    const values: number[] = [];
    inFlight.add(Promise.resolve(1), (value) => values.push(value));
    inFlight.add(Promise.resolve(2), (value) => values.push(value));

    await inFlight.empty();

    expect(values).toEqual([1, 2]);
  });

  it("report the first failure once the others are answered", async () => {
    const inFlight = new InFlight(2);
    const slow = Promise.withResolvers<void>();
    inFlight.add(Promise.reject(new Error("disk full")), () => undefined);
    inFlight.add(slow.promise, () => undefined);
    const empty = inFlight.empty();

    slow.resolve();

    await expect(empty).rejects.toThrow("disk full");
  });
});

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
