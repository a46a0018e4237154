/** Every line as a fact, for analytics: cancelled ones count below nothing. */
import { facts, t } from "foldstream";
import { cancellation } from "../domain/cancellation.ts";
import type { Invoice } from "../domain/line.ts";
import { order } from "../domain/order.ts";

function linesOf(invoice: string, sign: 1 | -1, { customer, country, at, lines }: Invoice) {
  return lines.map(({ product, quantity, unitPrice }) => ({
    invoice,
    product,
    customer: customer ?? null,
    country,
    month: at.slice(0, 7),
    quantity: sign * quantity,
    amount: sign * quantity * unitPrice,
  }));
}

export const sales = facts("sales", {
  version: 1,
  from: [order, cancellation],
  columns: {
    invoice: t.text(),
    product: t.text(),
    customer: t.text({ nullable: true }),
    country: t.text(),
    month: t.text(),
    quantity: t.integer(),
    /** In thousandths of a pound. */
    amount: t.integer(),
  },
  on: {
    "order.OrderPlaced": ({ stream, data }) => linesOf(stream.id, 1, data),
    "order.OrderCancelled": ({ stream, data }) => linesOf(stream.id, -1, data),
    "cancellation.LinesCancelled": ({ stream, data }) => linesOf(stream.id, -1, data),
  },
});
