/** Every product, with what is left of it: searched by its description. */
import { projection, t, table } from "foldstream";
import { product } from "../domain/product.ts";

export const products = projection("products", {
  version: 1,
  from: [product],
  key: ({ stream }) => stream.id,
  into: table(
    {
      id: t.key(),
      description: t.text(),
      unitPrice: t.integer(),
      stock: t.integer(),
      sold: t.integer(),
      returned: t.integer(),
      writtenOff: t.integer(),
    },
    { indexes: [["sold"]], search: ["description"] },
  ),
  on: {
    "product.ProductListed": (_, { data }) => ({ ...data, stock: 0, sold: 0, returned: 0, writtenOff: 0 }),
    "product.StockReceived": (row, { data }) => row && { ...row, stock: row.stock + data.quantity },
    "product.StockTaken": (row, { data }) =>
      row && { ...row, stock: row.stock - data.quantity, sold: row.sold + data.quantity },
    "product.StockReturned": (row, { data }) =>
      row && { ...row, stock: row.stock + data.quantity, returned: row.returned + data.quantity },
    "product.StockWrittenOff": (row, { data }) =>
      row && { ...row, stock: row.stock - data.quantity, writtenOff: row.writtenOff + data.quantity },
  },
});
