/** A product and its stock: one stream per stock code. The stock never goes below nothing, whoever takes from it. */
import { aggregate, reject } from "foldstream";
import * as z from "zod";
import { mils } from "./line.ts";

const listing = z.object({ description: z.string(), unitPrice: mils.nonnegative() });
const quantity = z.int().positive();
const movement = z.object({ order: z.string().min(1), quantity });

interface State {
  readonly listed: boolean;
  readonly stock: number;
}

const initialState: State = { listed: false, stock: 0 };

export const product = aggregate("product", {
  initialState,
  commands: {
    ListProduct: listing,
    ReceiveStock: z.object({ quantity }),
    TakeStock: movement,
    ReturnStock: movement,
    WriteOffStock: z.object({ quantity, reason: z.string() }),
  },
  events: {
    ProductListed: listing,
    StockReceived: z.object({ quantity }),
    StockTaken: movement,
    StockReturned: movement,
    StockWrittenOff: z.object({ quantity, reason: z.string() }),
  },
  decide: {
    ListProduct: (data, { listed }, { id }) =>
      listed ? reject("already-listed", `Product ${id} has been listed before.`) : { ProductListed: data },
    ReceiveStock: (data, state, { id }) => unlisted(state, id) ?? { StockReceived: data },
    TakeStock: (data, state, { id }) => unlisted(state, id) ?? lacking(data, state, id) ?? { StockTaken: data },
    ReturnStock: (data, state, { id }) => unlisted(state, id) ?? { StockReturned: data },
    WriteOffStock: (data, state, { id }) =>
      unlisted(state, id) ?? lacking(data, state, id) ?? { StockWrittenOff: data },
  },
  evolve: {
    ProductListed: (state) => ({ ...state, listed: true }),
    StockReceived: (state, data) => ({ ...state, stock: state.stock + data.quantity }),
    StockTaken: (state, data) => ({ ...state, stock: state.stock - data.quantity }),
    StockReturned: (state, data) => ({ ...state, stock: state.stock + data.quantity }),
    StockWrittenOff: (state, data) => ({ ...state, stock: state.stock - data.quantity }),
  },
  snapshot: { every: 500 },
});

function unlisted({ listed }: State, id: string) {
  return listed ? undefined : reject("unknown-product", `Product ${id} is not known. List it first.`);
}

function lacking({ quantity }: { readonly quantity: number }, { stock }: State, id: string) {
  if (quantity <= stock) return undefined;
  return reject("out-of-stock", `Product ${id} has ${stock} left; ${quantity} were asked for.`, { product: id, stock });
}
