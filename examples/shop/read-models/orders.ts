/** Every order and how it stands. */
import { projection, t, table } from "foldstream";
import { totalOf } from "../domain/amounts.ts";
import { order } from "../domain/order.ts";

export const orders = projection("orders", {
  version: 1,
  from: [order],
  key: ({ stream }) => stream.id,
  into: table(
    {
      id: t.key(),
      status: t.text(),
      customer: t.text({ nullable: true }),
      country: t.text(),
      at: t.text(),
      lines: t.integer(),
      /** In thousandths of a pound. */
      total: t.integer(),
    },
    { indexes: [["status", "at"], ["customer"]] },
  ),
  on: {
    "order.OrderPlaced": (_, { data: { customer = null, country, at, lines } }) => ({
      status: "placed",
      customer,
      country,
      at,
      lines: lines.length,
      total: totalOf(lines),
    }),
    "order.OrderPaid": (row) => row && { ...row, status: "paid" },
    "order.OrderCancelled": (row) => row && { ...row, status: "cancelled" },
  },
});
