/** An order: one stream per order number. It is placed once, then paid or cancelled. */
import { aggregate, reject } from "foldstream";
import * as z from "zod";
import { totalOf } from "./amounts.ts";
import { type Invoice, invoice, mils } from "./line.ts";

const placed = invoice.extend({
  /** How long it may stay unpaid, in seconds. Absent: on account. */
  payWithinSeconds: z.int().positive().optional(),
});

type State =
  | { readonly status: "new" | "paid" | "cancelled" }
  | { readonly status: "placed"; readonly invoice: Invoice };

const initialState = { status: "new" } as State;

export const order = aggregate("order", {
  initialState,
  commands: {
    PlaceOrder: placed,
    PayOrder: z.object({ amount: mils.nonnegative() }),
    CancelOrder: z.object({ reason: z.string().min(1) }),
  },
  events: {
    OrderPlaced: placed,
    OrderPaid: z.object({ amount: mils }),
    /** With all that was placed, so that nobody has to look it up: the stock is returned, totals go down again. */
    OrderCancelled: invoice.extend({ reason: z.string() }),
  },
  decide: {
    PlaceOrder: (data, { status }, { id }) =>
      status === "new" ? { OrderPlaced: data } : reject("already-placed", `Order ${id} has been placed before.`),
    PayOrder: ({ amount }, state, { id }) => {
      if (state.status !== "placed") return notOpen(state, id);
      const total = totalOf(state.invoice.lines);
      return amount === total
        ? { OrderPaid: { amount } }
        : reject("wrong-amount", `Order ${id} comes to ${total}, not ${amount}.`, { total });
    },
    CancelOrder: ({ reason }, state, { id }) =>
      state.status === "placed" ? { OrderCancelled: { ...state.invoice, reason } } : notOpen(state, id),
  },
  evolve: {
    OrderPlaced: (_, { payWithinSeconds, ...placed }): State => ({ status: "placed", invoice: placed }),
    OrderPaid: (): State => ({ status: "paid" }),
    OrderCancelled: (): State => ({ status: "cancelled" }),
  },
});

function notOpen({ status }: State, id: string) {
  return reject("not-open", `Order ${id} is ${status}.`, { status });
}
