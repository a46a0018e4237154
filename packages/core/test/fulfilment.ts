/** A process manager with state: a purchase is completed once it is paid and its product reserved, and undone when that is sold out. */
import * as z from "zod";
import { aggregate, app, policy, reject, send } from "../src/index.ts";

const nothing = z.object({});
const ofPurchase = z.object({ purchase: z.string() });

const purchase = aggregate("purchase", {
  initialState: null,
  events: { Made: z.object({ product: z.string(), cents: z.int() }), Completed: nothing, SoldOut: nothing },
  commands: { Make: z.object({ product: z.string(), cents: z.int() }), Complete: nothing, TellSoldOut: nothing },
  decide: {
    Make: (data) => ({ Made: data }),
    Complete: () => ({ Completed: {} }),
    TellSoldOut: () => ({ SoldOut: {} }),
  },
  evolve: { Made: (state) => state, Completed: (state) => state, SoldOut: (state) => state },
});

export const stock = aggregate("stock", {
  initialState: { left: 1 },
  events: { Reserved: ofPurchase },
  commands: { Reserve: ofPurchase },
  decide: { Reserve: (data, { left }) => (left > 0 ? { Reserved: data } : reject("sold-out", "None is left.")) },
  evolve: { Reserved: ({ left }) => ({ left: left - 1 }) },
});

const payment = aggregate("payment", {
  initialState: null,
  events: { Captured: z.object({ cents: z.int() }), Refunded: nothing },
  commands: { Capture: z.object({ cents: z.int() }), Refund: nothing },
  decide: { Capture: (data) => ({ Captured: data }), Refund: () => ({ Refunded: {} }) },
  evolve: { Captured: (state) => state, Refunded: (state) => state },
});

// #region state
export const fulfilment = aggregate("fulfilment", {
  initialState: { paid: false, reserved: false, soldOut: false },
  events: { Paid: nothing, Reserved: nothing, SoldOut: nothing, Fulfilled: nothing, RefundDue: nothing },
  commands: { NotePaid: nothing, NoteReserved: nothing, NoteSoldOut: nothing },
  decide: {
    NotePaid: (_, { reserved, soldOut }) => {
      if (soldOut) return [{ Paid: {} }, { RefundDue: {} }];
      return reserved ? [{ Paid: {} }, { Fulfilled: {} }] : { Paid: {} };
    },
    NoteReserved: (_, { paid }) => (paid ? [{ Reserved: {} }, { Fulfilled: {} }] : { Reserved: {} }),
    NoteSoldOut: (_, { paid }) => (paid ? [{ SoldOut: {} }, { RefundDue: {} }] : { SoldOut: {} }),
  },
  evolve: {
    Paid: (state) => ({ ...state, paid: true }),
    Reserved: (state) => ({ ...state, reserved: true }),
    SoldOut: (state) => ({ ...state, soldOut: true }),
    Fulfilled: (state) => state,
    RefundDue: (state) => state,
  },
});
// #endregion state

// #region policy
export const fulfilling = policy("fulfilling", {
  from: [purchase, stock, payment, fulfilment],
  on: {
    "purchase.Made": ({ stream, data: { product, cents } }) => [
      send(stock, product, "Reserve", { purchase: stream.id }),
      send(payment, stream.id, "Capture", { cents }),
    ],
    "stock.Reserved": ({ data }) => send(fulfilment, data.purchase, "NoteReserved", {}),
    "payment.Captured": ({ stream }) => send(fulfilment, stream.id, "NotePaid", {}),
    "fulfilment.Fulfilled": ({ stream }) => send(purchase, stream.id, "Complete", {}),
    "fulfilment.SoldOut": ({ stream }) => send(purchase, stream.id, "TellSoldOut", {}),
    "fulfilment.RefundDue": ({ stream }) => send(payment, stream.id, "Refund", {}),
  },
  onRejected: ({ command, rejection }) => {
    if (rejection.code !== "sold-out") return undefined;
    const { purchase: id } = ofPurchase.parse(command.data);
    return send(fulfilment, id, "NoteSoldOut", {});
  },
});
// #endregion policy

export const fulfilmentApp = app({ aggregates: [purchase, stock, payment, fulfilment], policies: [fulfilling] });
