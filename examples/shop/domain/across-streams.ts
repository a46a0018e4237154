/** What touches several streams at once, all or nothing: an order is placed only if every product of it is there. The page uses it as it is. */
import { quantities, totalOf } from "./amounts.ts";
import type { Invoice } from "./line.ts";

/** As `executeTogether` takes it. */
export interface Command {
  readonly aggregate: "order" | "cancellation" | "product";
  readonly id: string;
  readonly command: string;
  readonly data: object;
}

/** Lists a product with its first delivery. */
export function stocking(id: string, supply: number, listing: object): readonly Command[] {
  const received: Command = { aggregate: "product", id, command: "ReceiveStock", data: { quantity: supply } };
  return [{ aggregate: "product", id, command: "ListProduct", data: listing }, ...(supply > 0 ? [received] : [])];
}

/** Takes every product from the stock and places the order, to be paid in time. */
export function placing(id: string, order: Invoice & { readonly payWithinSeconds?: number }): readonly Command[] {
  return [...stock("TakeStock", id, order), { aggregate: "order", id, command: "PlaceOrder", data: order }];
}

/** The same for an order that is paid at once. */
export function placingPaid(id: string, order: Invoice): readonly Command[] {
  const amount = totalOf(order.lines);
  return [...placing(id, order), { aggregate: "order", id, command: "PayOrder", data: { amount } }];
}

/** Records the cancelled lines and puts their products back. */
export function cancelling(id: string, cancelled: Invoice): readonly Command[] {
  return [
    { aggregate: "cancellation", id, command: "CancelLines", data: cancelled },
    ...stock("ReturnStock", id, cancelled),
  ];
}

/** Takes products out of the stock that nobody ordered: broken, lost, or counted wrong. */
export function writingOff(reason: string, { lines }: Invoice): readonly Command[] {
  return [...quantities(lines)].map(([id, quantity]) => ({
    aggregate: "product",
    id,
    command: "WriteOffStock",
    data: { quantity, reason },
  }));
}

function stock(command: "TakeStock" | "ReturnStock", order: string, { lines }: Invoice): Command[] {
  return [...quantities(lines)].map(([id, quantity]) => ({
    aggregate: "product",
    id,
    command,
    data: { order, quantity },
  }));
}
