/** What follows from orders: one that is not paid in time is cancelled, and the products of a cancelled one go back to the stock. */
import { policy, send, timer } from "foldstream";
import { quantities } from "../domain/amounts.ts";
import { order } from "../domain/order.ts";
import { product } from "../domain/product.ts";

export const payments = policy("payments", {
  from: [order],
  on: {
    "order.OrderPlaced": ({ stream, data: { payWithinSeconds } }) => {
      if (payWithinSeconds === undefined) return [];
      const cancelling = send(order, stream.id, "CancelOrder", { reason: "not paid in time" });
      return timer(`unpaid-${stream.id}`, { afterMs: payWithinSeconds * 1_000 }, cancelling);
    },
    "order.OrderCancelled": ({ stream, data }) =>
      [...quantities(data.lines)].map(([id, quantity]) =>
        send(product, id, "ReturnStock", { order: stream.id, quantity }),
      ),
  },
  // The timer of an order that was paid, or cancelled by hand, comes too late.
  onRejected: ({ rejection }) => (rejection.code === "not-open" ? [] : undefined),
});
