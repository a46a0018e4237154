/** What was sold and taken back, by country, month and customer. Amounts are thousandths of a pound. */
import { projection, t, table } from "foldstream";
import { totalOf } from "../domain/amounts.ts";
import { cancellation } from "../domain/cancellation.ts";
import type { Invoice } from "../domain/line.ts";
import { order } from "../domain/order.ts";

const totals = table({
  id: t.key(),
  orders: t.integer(),
  cancellations: t.integer(),
  sold: t.integer(),
  cancelled: t.integer(),
});

interface Totals {
  readonly orders: number;
  readonly cancellations: number;
  readonly sold: number;
  readonly cancelled: number;
}

const nothing: Totals = { orders: 0, cancellations: 0, sold: 0, cancelled: 0 };

/** Totals of the invoices that `by` gives the same key; those it gives none are passed over. */
function totalsBy<const Name extends string>(name: Name, by: (invoice: Invoice) => string | undefined) {
  return projection(name, {
    version: 1,
    from: [order, cancellation],
    key: (event) => (event.type === "order.OrderPaid" ? undefined : by(event.data)),
    into: totals,
    on: {
      "order.OrderPlaced": (row, { data }) => sold(row, data),
      "order.OrderCancelled": (row, { data }) => cancelled(row, data),
      "cancellation.LinesCancelled": (row, { data }) => cancelled(row, data),
    },
  });
}

function sold(row: Totals = nothing, { lines }: Invoice): Totals {
  return { ...row, orders: row.orders + 1, sold: row.sold + totalOf(lines) };
}

function cancelled(row: Totals = nothing, { lines }: Invoice): Totals {
  return { ...row, cancellations: row.cancellations + 1, cancelled: row.cancelled + totalOf(lines) };
}

export const countries = totalsBy("countries", ({ country }) => country);
export const months = totalsBy("months", ({ at }) => at.slice(0, 7));
export const customers = totalsBy("customers", ({ customer }) => customer);
