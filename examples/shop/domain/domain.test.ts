import { given } from "foldstream/testing";
import { describe, expect, it } from "vitest";
import { cancelling, placing, placingPaid } from "./across-streams.ts";
import { cancellation } from "./cancellation.ts";
import { customer } from "./customer.ts";
import { order } from "./order.ts";
import { product } from "./product.ts";

const lantern = { description: "WHITE METAL LANTERN", unitPrice: 3_390 };
const two = { order: "536365", quantity: 2 };
const lines = [
  { product: "71053", quantity: 2, unitPrice: 3_390 },
  { product: "22752", quantity: 1, unitPrice: 7_650 },
];
const invoice = { customer: "17850", country: "United Kingdom", at: "2010-12-01T08:26", lines };

describe("a product", () => {
  const stocked = [{ ProductListed: lantern }, { StockReceived: { quantity: 2 } }] as const;

  it("is listed once, and has no stock before", () => {
    given(product).when("ListProduct", lantern).then({ ProductListed: lantern });
    given(product, ...stocked)
      .when("ListProduct", lantern)
      .then({ code: "already-listed" });
    given(product).when("TakeStock", two).then({ code: "unknown-product" });
  });

  it("gives what it has and not one more", () => {
    given(product, ...stocked)
      .when("TakeStock", two)
      .then({ StockTaken: two });
    given(product, ...stocked)
      .when("TakeStock", { ...two, quantity: 3 })
      .then({ code: "out-of-stock" });
    given(product, ...stocked, { StockTaken: two })
      .when("TakeStock", { ...two, quantity: 1 })
      .then({ code: "out-of-stock" });
    given(product, ...stocked, { StockTaken: two }, { StockReturned: two })
      .when("TakeStock", two)
      .then({ StockTaken: two });
  });

  it("writes off no more than is there", () => {
    const damaged = { quantity: 2, reason: "damaged" };

    given(product, ...stocked)
      .when("WriteOffStock", damaged)
      .then({ StockWrittenOff: damaged });
    given(product, ...stocked, { StockWrittenOff: damaged })
      .when("WriteOffStock", damaged)
      .then({ code: "out-of-stock" });
  });
});

describe("an order", () => {
  const placed = { OrderPlaced: invoice };

  it("is placed once", () => {
    given(order).when("PlaceOrder", invoice).then(placed);
    given(order, placed).when("PlaceOrder", invoice).then({ code: "already-placed" });
  });

  it("takes exactly what it comes to", () => {
    given(order, placed)
      .when("PayOrder", { amount: 14_430 })
      .then({ OrderPaid: { amount: 14_430 } });
    given(order, placed).when("PayOrder", { amount: 14_429 }).then({ code: "wrong-amount" });
  });

  it("is cancelled as it was placed, unless it is paid or cancelled already", () => {
    const cancelled = { OrderCancelled: { ...invoice, reason: "changed my mind" } };

    given(order, { OrderPlaced: { ...invoice, payWithinSeconds: 60 } })
      .when("CancelOrder", { reason: "changed my mind" })
      .then(cancelled);
    given(order, placed, { OrderPaid: { amount: 14_430 } })
      .when("CancelOrder", { reason: "late" })
      .then({ code: "not-open" });
    given(order, placed, cancelled).when("PayOrder", { amount: 14_430 }).then({ code: "not-open" });
  });
});

describe("a cancellation and a customer", () => {
  it("are recorded once", () => {
    given(cancellation).when("CancelLines", invoice).then({ LinesCancelled: invoice });
    given(cancellation, { LinesCancelled: invoice }).when("CancelLines", invoice).then({ code: "already-cancelled" });
    given(customer)
      .when("RegisterCustomer", { country: "EIRE" })
      .then({ CustomerRegistered: { country: "EIRE" } });
    given(customer, { CustomerRegistered: { country: "EIRE" } })
      .when("RegisterCustomer", { country: "EIRE" })
      .then({ code: "already-registered" });
  });
});

describe("an order and its products", () => {
  const twice = { ...invoice, lines: [...lines, { product: "71053", quantity: 3, unitPrice: 3_000 }] };

  it("take each product once, for all of its lines", () => {
    expect(placing("1", twice).map(({ aggregate, id, data }) => [aggregate, id, data])).toEqual([
      ["product", "71053", { order: "1", quantity: 5 }],
      ["product", "22752", { order: "1", quantity: 1 }],
      ["order", "1", twice],
    ]);
  });

  it("are paid at once, or put back", () => {
    expect(placingPaid("1", twice).at(-1)?.data).toEqual({ amount: 23_430 });
    expect(cancelling("C1", invoice).map(({ command }) => command)).toEqual([
      "CancelLines",
      "ReturnStock",
      "ReturnStock",
    ]);
  });
});
