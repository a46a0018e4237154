/** What a change makes of a bill, by service. */
import * as z from "zod";
import { CostError, parsed } from "../errors.ts";
import type { Bill } from "./bill.ts";

const schema = z.object({
  currency: z.string(),
  total: z.number(),
  services: z.array(z.object({ service: z.string(), amount: z.number() })).readonly(),
});

/** As much of an earlier bill as a comparison needs. */
export type EarlierBill = z.output<typeof schema>;

export interface Difference {
  readonly service: string;
  readonly before: number;
  readonly after: number;
}

export interface BillDifference {
  /** Only services whose amount differs. */
  readonly services: readonly Difference[];
  readonly before: number;
  readonly after: number;
}

/** @throws CostError `invalid-bill` for anything that no earlier run has written. */
export function parseBill(value: unknown): EarlierBill {
  return parsed(schema, value, "invalid-bill");
}

/** @throws CostError `invalid-bill` when the two are in different currencies. */
export function differenceOf(earlier: EarlierBill, bill: Bill): BillDifference {
  if (earlier.currency !== bill.currency)
    throw new CostError("invalid-bill", `The earlier bill is in ${earlier.currency}, this one in ${bill.currency}.`);
  const names = new Set([...bill.services, ...earlier.services].map(({ service }) => service));
  const amountIn = (services: EarlierBill["services"], name: string) =>
    services.find(({ service }) => service === name)?.amount ?? 0;
  const services = [...names].map((service) => ({
    service,
    before: amountIn(earlier.services, service),
    after: amountIn(bill.services, service),
  }));
  return {
    services: services.filter(({ before, after }) => before !== after),
    before: earlier.total,
    after: bill.total,
  };
}
