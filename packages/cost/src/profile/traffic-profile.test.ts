import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { smallest } from "../../test/counter-bill.ts";
import { isCostError, parsePrices, parseProfile, pricesOf } from "../index.ts";

it("takes the counter's profile", () => {
  const file = new URL("../../../../examples/counter/traffic.json", import.meta.url);

  expect(parseProfile(JSON.parse(readFileSync(file, "utf8"))).commands.perSecond).toBe(2);
});

it.each([
  ["a rate below zero", { commands: { perSecond: -1 } }, /commands\.perSecond/],
  ["a setting that is not there", { commands: { perSecond: 1, perMinute: 60 } }, /perMinute/],
  ["more hours than a day has", { commands: { perSecond: 1, hoursPerDay: 25 } }, /commands\.hoursPerDay/],
  ["no events", { events: undefined }, /events/],
])("refuses %s, and says where", (_, change, where) => {
  let refused: unknown;
  try {
    parseProfile({ ...smallest, ...change });
  } catch (error) {
    refused = error;
  }

  expect(isCostError(refused)).toBe(true);
  expect(refused).toMatchObject({ code: "invalid-profile", message: expect.stringMatching(where) });
});

it("refuses prices without a source, without a date, or of what is never used", () => {
  const of = (price: object) => () =>
    parsePrices({ region: "r", currency: "USD", asOf: "2026", prices: { "lambda.request": price } });

  expect(of({ amount: 1, asOf: "2026-01" })).toThrow(/lambda\.request\.source/);
  expect(of({ amount: 1, source: "https://example.org/", asOf: "yesterday" })).toThrow(/asOf/);
  expect(() => parsePrices({ region: "r", currency: "USD", asOf: "2026", prices: { "ec2.hour": {} } })).toThrow(
    /ec2\.hour/,
  );
  expect(() => pricesOf("mars-1")).toThrow(/no price list for mars-1, only for us-east-1, eu-west-1/);
});
