/** A checkout: orders, payments, and the policy that takes one to the other, for the tests of policies. */
import * as z from "zod";
import { aggregate, app, cancel, effect, perform, policy, reject, send, timer } from "../src/index.ts";

export const payLimitMs = 60 * 24 * 3_600_000;

const priced = z.object({ cents: z.int() });

export const order = aggregate("order", {
  initialState: { status: "new" as "new" | "placed" | "paid" | "cancelled" },
  events: { Placed: priced, Paid: z.object({}), Cancelled: z.object({ reason: z.string() }) },
  commands: { Place: priced, Confirm: z.object({}), Cancel: z.object({ reason: z.string() }) },
  decide: {
    Place: ({ cents }, { status }) => (status === "new" ? { Placed: { cents } } : reject("placed", "Placed already.")),
    Confirm: (_, { status }) => (status === "placed" ? { Paid: {} } : reject("not-payable", `It is ${status}.`)),
    Cancel: ({ reason }, { status }) =>
      status === "placed" ? { Cancelled: { reason } } : reject("not-cancellable", `It is ${status}.`),
  },
  evolve: {
    Placed: () => ({ status: "placed" as const }),
    Paid: () => ({ status: "paid" as const }),
    Cancelled: () => ({ status: "cancelled" as const }),
  },
});

/** One account for all: whether and how often something was charged shows in one place. */
export const till = aggregate("till", {
  initialState: { cents: 0 },
  events: {
    Charged: z.object({ order: z.string(), cents: z.int() }),
    Refunded: z.object({ order: z.string() }),
  },
  commands: {
    Charge: z.object({ order: z.string(), cents: z.int() }),
    Refund: z.object({ order: z.string() }),
  },
  decide: {
    Charge: ({ order: id, cents }) =>
      cents > 1_000 ? reject("too-much", "More than the till takes.") : { Charged: { order: id, cents } },
    Refund: ({ order: id }) => ({ Refunded: { order: id } }),
  },
  evolve: { Charged: (state, { cents }) => ({ cents: state.cents + cents }), Refunded: (state) => state },
});

// #region effect
export const receipt = effect("receipt", z.object({ order: z.string() }));
// #endregion effect

/** Free orders wait for somebody to confirm them; the others are charged to the till of their id's first letter. */
// #region policy
export const checkout = policy("checkout", {
  from: [order, till],
  effects: [receipt],
  on: {
    "order.Placed": ({ stream, data }) => [
      timer(`unpaid-${stream.id}`, { afterMs: payLimitMs }, send(order, stream.id, "Cancel", { reason: "unpaid" })),
      ...(data.cents > 0 ? [send(till, stream.id.slice(0, 1), "Charge", { order: stream.id, cents: data.cents })] : []),
    ],
    "till.Charged": ({ data }) => send(order, data.order, "Confirm", {}),
    "order.Cancelled": ({ stream }) => cancel(`unpaid-${stream.id}`),
    "order.Paid": ({ stream }) => [cancel(`unpaid-${stream.id}`), perform(receipt, { order: stream.id })],
  },
  onRejected: ({ rejection, command }) => {
    if (rejection.code === "too-much")
      return send(order, (command.data as { order: string }).order, "Cancel", { reason: "too much" });
    return undefined;
  },
});
// #endregion policy

export const shop = app({ aggregates: [order, till], policies: [checkout] });
