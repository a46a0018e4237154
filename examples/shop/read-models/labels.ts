/** Labels for the shelves, one for each piece that comes in. One product breaks it on purpose, so that a parked stream can be seen. */
import { projection, t, table } from "foldstream";
import { product } from "../domain/product.ts";
import { unprintable } from "../domain/rules.ts";

export const labels = projection("labels", {
  version: 1,
  from: [product],
  key: ({ stream }) => stream.id,
  into: table({ id: t.key(), text: t.text(), printed: t.integer() }),
  on: {
    "product.ProductListed": (_, { data }) => ({ text: data.description, printed: 0 }),
    "product.StockReceived": (row, { stream, data }) => {
      if (stream.id === unprintable) throw new Error(`The printer of labels takes no roll for product ${stream.id}.`);
      return row && { ...row, printed: row.printed + data.quantity };
    },
  },
});
