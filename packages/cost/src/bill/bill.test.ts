import { describe, expect, it } from "vitest";
import { amountOf, counterBill, linesOf, pricesWith, smallest, topology } from "../../test/counter-bill.ts";
import { hoursPerMonth } from "../deployment/deployed.ts";
import { billOf, parseProfile, pricesOf, regions } from "../index.ts";

const perMonth = (count: number) => count / (hoursPerMonth * 3_600);

describe("a bill", () => {
  it("is the sum of its lines, each of which is its quantity times its price", () => {
    const bill = counterBill();

    for (const { quantity, free, unitPrice, amount } of bill.lines) expect(amount).toBe((quantity - free) * unitPrice);
    expect(bill.total).toBeCloseTo(amountOf(bill.lines), 9);
    expect(bill.total).toBeCloseTo(
      bill.services.reduce((sum, { amount }) => sum + amount, 0),
      9,
    );
    expect(bill.lines.every(({ source, asOf, formula }) => source !== "" && asOf !== "" && formula !== "")).toBe(true);
  });

  it("comes to what AWS's own example of Lambda comes to: 3 million runs of a second with 512 MB are 18.74 dollars", () => {
    const profile = parseProfile({
      ...smallest,
      commands: { perSecond: perMonth(3_000_000), milliseconds: 1_000 },
      freeTier: true,
    });

    const bill = counterBill({ profile, prices: pricesWith("lambda.arm-gb-second", 0.00001667) });

    expect(amountOf(linesOf(bill, "Lambda", /^http/))).toBeCloseTo(18.74, 2);
  });

  it("charges what an account has free once, however many lines there are of it", () => {
    const profile = parseProfile({ ...smallest, freeTier: true });
    const requests = linesOf(counterBill({ profile }), "Lambda", /requests/);

    expect(requests.length).toBeGreaterThan(1);
    expect(requests.reduce((sum, { free }) => sum + free, 0)).toBe(1_000_000);
  });

  it("takes nothing for free unless the profile says so", () => {
    expect(counterBill().lines.every(({ free }) => free === 0)).toBe(true);
  });

  it("names what it has no price for, and does not guess", () => {
    const bill = counterBill({ prices: pricesWith("lambda.request", undefined) });

    expect(bill.leftOut.map(({ service }) => service)).toContain("Lambda");
    expect(linesOf(bill, "Lambda", /requests/)).toEqual([]);
    expect(bill.total).toBeLessThan(counterBill().total);
  });

  it("grows with each thing that is done more often or is larger", () => {
    const total = (change: object) => counterBill({ profile: parseProfile({ ...smallest, ...change }) }).total;
    const base = total({});

    expect(total({ commands: { perSecond: 2 } })).toBeGreaterThan(base);
    expect(total({ events: { dataBytes: 3_000 } })).toBeGreaterThan(base);
    expect(total({ queries: { perSecond: 1 } })).toBeGreaterThan(base);
    expect(total({ queries: { perSecond: 1, readYourWrites: 1 } })).toBeGreaterThan(
      total({ queries: { perSecond: 1 } }),
    );
    expect(total({ projections: [...smallest.projections, ...smallest.projections] })).toBeGreaterThan(base);
    expect(total({ logMonths: 24 })).toBeGreaterThan(base);
    expect(total({ commands: { perSecond: 1, perAppend: 20 } })).toBeLessThan(base);
  });

  it("has a line for each function, schedule and queue of the topology", () => {
    const functions = { queue: {}, audit: {}, sweep: {} };
    const profile = parseProfile({ ...smallest, commands: { perSecond: 1, by: "queue" }, queries: { perSecond: 1 } });
    const bill = counterBill({ profile, topology: { ...topology, functions, commandQueue: "fifo", page: {} } });

    const items = new Set(linesOf(bill, "Lambda", /requests/).map(({ item }) => item.split(":")[0]));
    expect(items).toEqual(new Set(["http", "queue", "worker", "audit", "sweep"]));
    expect(linesOf(bill, "SQS").map(({ price }) => price)).toEqual(["sqs.fifo-request"]);
    expect(linesOf(bill, "CloudFront").length).toBeGreaterThan(0);
    expect(linesOf(bill, "DynamoDB", /^(audits|sweeps)/).length).toBe(2);
  });

  it("of nothing at all is what stands there: schedules, alarms, the dashboard", () => {
    const bill = counterBill({ profile: parseProfile({ ...smallest, commands: { perSecond: 0 } }) });

    expect(linesOf(bill, "DynamoDB", /appends|recording|projection/)).toEqual([]);
    expect(linesOf(bill, "Lambda", /^worker/).length).toBe(2);
    expect(bill.total).toBeGreaterThan(4);
    expect(bill.total).toBeLessThan(7);
  });

  it.each(regions)("is made of the prices of %s, and each of them is sourced and dated", (region) => {
    const prices = pricesOf(region);
    const bill = billOf({ profile: parseProfile(smallest), topology, prices });

    expect(bill).toMatchObject({ region, currency: "USD" });
    expect(bill.leftOut.map(({ item }) => item)).toEqual(["schedules"]);
    for (const price of Object.values(prices.prices))
      expect(price?.source).toMatch(/^https:\/\/[a-z0-9.-]*(aws\.amazon|amazonaws)\.com\//);
  });
});
