import { reject, send, timer } from "foldstream";
import { givenPolicy } from "foldstream/testing";
import { describe, it } from "vitest";
import { order } from "../domain/order.ts";
import { product } from "../domain/product.ts";
import { payments } from "./payments.ts";

const invoice = {
  country: "EIRE",
  at: "2026-01-02T03:04",
  lines: [
    { product: "A", quantity: 1, unitPrice: 5 },
    { product: "B", quantity: 2, unitPrice: 5 },
    { product: "A", quantity: 3, unitPrice: 4 },
  ],
};
const cancelling = send(order, "1", "CancelOrder", { reason: "not paid in time" });

describe("payments", () => {
  it("give an order its time, unless it is on account", () => {
    givenPolicy(payments)
      .when("order.OrderPlaced", { ...invoice, payWithinSeconds: 60 })
      .then(timer("unpaid-1", { afterMs: 60_000 }, cancelling));
    givenPolicy(payments).when("order.OrderPlaced", invoice).then([]);
  });

  it("put the products of a cancelled order back, each once", () => {
    givenPolicy(payments)
      .when("order.OrderCancelled", { ...invoice, reason: "not paid in time" })
      .then([
        send(product, "A", "ReturnStock", { order: "1", quantity: 4 }),
        send(product, "B", "ReturnStock", { order: "1", quantity: 2 }),
      ]);
  });

  it("leave it at that when the order is no longer open, and nothing else", () => {
    givenPolicy(payments).whenRejected(cancelling, reject("not-open", "It is paid.")).then([]);
  });
});
