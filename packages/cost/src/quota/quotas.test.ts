import { expect, it } from "vitest";
import { smallest, topology } from "../../test/counter-bill.ts";
import { parseProfile, type Quota, quotasOf } from "../index.ts";

const quotas = (change: object) => quotasOf(parseProfile({ ...smallest, ...change }), topology);

function named(found: readonly Quota[], name: RegExp): Quota {
  const quota = found.find((one) => name.test(one.name));
  if (!quota) throw new Error(`There is no ${name}.`);
  return quota;
}

it("puts first what is met first, and last what does not matter as deployed", () => {
  const found = quotas({ commands: { perSecond: 10, peakPerSecond: 50 } });

  const rates = found.filter(({ onlyWith }) => !onlyWith).map(({ metAt = Number.POSITIVE_INFINITY }) => metAt);
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
  expect(found.at(-1)?.onlyWith).toBe("Kinesis");
  expect(found.every(({ source }) => source.startsWith("https://docs.aws.amazon.com/"))).toBe(true);
});

it("finds the key of the busiest stream: 1,000 write units a second, two for each append of 500 bytes", () => {
  const busiest = (hottestShare: number) =>
    named(
      quotas({
        events: { dataBytes: 300 },
        commands: { perSecond: 10 },
        streams: { commandsEach: 1_000_000, hottestShare },
      }),
      /busiest stream/,
    );

  expect(busiest(1)).toMatchObject({ limit: 1_000, demand: expect.closeTo(20, 1), metAt: expect.closeTo(500, 0) });
  expect(busiest(0.25)).toMatchObject({ demand: expect.closeTo(5, 1), metAt: expect.closeTo(2_000, 0) });
});

it("counts the copies of functions by how long they run", () => {
  const found = quotas({ commands: { perSecond: 100, milliseconds: 500 }, workerMilliseconds: 500 });

  expect(named(found, /copies/).demand).toBe(50 + 1);
});

it("knows the limit of a FIFO queue only where commands come through one", () => {
  const profile = parseProfile({ ...smallest, commands: { perSecond: 60, by: "queue" } });
  const fifo = { ...topology, functions: { queue: {} }, commandQueue: "fifo" } as const;

  expect(named(quotasOf(profile, fifo), /FIFO/).metAt).toBeCloseTo(300, 9);
  expect(quotasOf(profile, { ...fifo, commandQueue: "standard" }).some(({ name }) => /FIFO/.test(name))).toBe(false);
});

it("tells the size of an append, which no rate makes larger", () => {
  const found = named(quotas({ events: { dataBytes: 300_000, deflatedTo: 1 } }), /size of an item/);

  expect(found.demand).toBeGreaterThan(300_000);
  expect(found.metAt).toBeUndefined();
});
