/** A line of an order, and the money in it. */
import * as z from "zod";

/** Thousandths of a pound: the finest that prices of the source go to, so that sums stay whole numbers. */
export const mils = z.int();

const line = z.object({
  product: z.string().min(1),
  quantity: z.int().positive(),
  unitPrice: mils.nonnegative(),
});

export type Line = z.infer<typeof line>;

/** What orders and cancellations have in common. */
export const invoice = z.object({
  /** Absent for guests. */
  customer: z.string().min(1).optional(),
  country: z.string().min(1),
  /** Local time of the shop, without a zone, such as `2010-12-01T08:26`. */
  at: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/),
  lines: z.array(line).min(1),
});

export type Invoice = z.infer<typeof invoice>;

export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
}

/** How many of each product, over all lines. */
export function quantities(lines: readonly Line[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { product, quantity } of lines) sums.set(product, (sums.get(product) ?? 0) + quantity);
  return sums;
}
