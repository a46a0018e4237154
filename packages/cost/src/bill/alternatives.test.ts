import { expect, it } from "vitest";
import { counterBill, smallest, topology } from "../../test/counter-bill.ts";
import { alternativesOf, parseProfile, pricesOf } from "../index.ts";

const profile = parseProfile({
  ...smallest,
  commands: { perSecond: 1, peakPerSecond: 100 },
  queries: { perSecond: 5 },
});
const input = { profile, topology, prices: pricesOf("us-east-1") };

it("begins with what is deployed, and tells how much more each other topology costs", () => {
  const [deployed, ...others] = alternativesOf(input);

  expect(deployed).toMatchObject({ total: counterBill({ profile }).total, more: 0 });
  expect(others.map(({ name, more }) => [name.split(" ")[0], more > 0])).toEqual([
    ["the", false],
    ["woken", true],
    ["woken", true],
    ["capacity", true],
    ["API", true],
  ]);
});

it("finds it cheaper to wake the worker less often, where there is news more often", () => {
  const [, window] = alternativesOf({ ...input, profile: parseProfile({ ...smallest, commands: { perSecond: 2 } }) });

  expect(window?.more).toBeLessThan(-1);
});

it("finds provisioned capacity cheaper where the traffic is even", () => {
  const even = parseProfile({ ...smallest, commands: { perSecond: 200 } });

  const provisioned = alternativesOf({ ...input, profile: even }).find(({ name }) => name.startsWith("capacity"));

  expect(provisioned?.more).toBeLessThan(0);
});

it("names what of an alternative has no price, beyond what the deployed one lacks", () => {
  const [deployed, , kinesis] = alternativesOf({ ...input, prices: pricesOf("eu-west-1") });

  expect(deployed?.leftOut).toEqual([]);
  expect(kinesis?.leftOut.map(({ item }) => item)).toEqual(["changes captured for Kinesis", "shards", "records"]);
});
