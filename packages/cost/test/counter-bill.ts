/** The counter's bill, with one thing changed. */
import type { Topology } from "@foldstream/cloudformation";
import { type Bill, type BillInput, billOf, type PriceList, parseProfile, pricesOf } from "../src/index.ts";

export const topology: Topology = { name: "counter" };

export const smallest = {
  commands: { perSecond: 1 },
  events: { dataBytes: 100 },
  streams: { commandsEach: 10 },
  projections: [{ name: "totals", rows: 1_000 }],
};

export function counterBill(change: Partial<BillInput> = {}): Bill {
  return billOf({ profile: parseProfile(smallest), topology, prices: pricesOf("us-east-1"), ...change });
}

export function linesOf({ lines }: Bill, service: string, item: RegExp = /./): Bill["lines"] {
  return lines.filter((line) => line.service === service && item.test(line.item));
}

export function amountOf(lines: Bill["lines"]): number {
  return lines.reduce((sum, { amount }) => sum + amount, 0);
}

/** The prices of Virginia, with one of them changed, or taken away. */
export function pricesWith(name: keyof PriceList["prices"], amount: number | undefined): PriceList {
  const list = pricesOf("us-east-1");
  const { [name]: changed, ...others } = list.prices;
  return {
    ...list,
    prices: amount === undefined || !changed ? others : { ...others, [name]: { ...changed, amount, per: 1 } },
  };
}
