/** A line of an order, and what orders and cancellations have in common. */
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
