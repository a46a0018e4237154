/** The application: what there is to be run, on whatever engine. */
import { app as define } from "foldstream";
import { cancellation } from "./domain/cancellation.ts";
import { customer } from "./domain/customer.ts";
import { order } from "./domain/order.ts";
import { product } from "./domain/product.ts";
import { payments } from "./policies/payments.ts";
import { labels } from "./read-models/labels.ts";
import { orders } from "./read-models/orders.ts";
import { products } from "./read-models/products.ts";
import {
  basketsQuery,
  countriesQuery,
  customersQuery,
  monthsQuery,
  orderQuery,
  ordersQuery,
  productQuery,
  productsQuery,
  salesQuery,
  searchQuery,
} from "./read-models/queries.ts";
import { sales } from "./read-models/sales.ts";
import { countries, customers, months } from "./read-models/totals.ts";

export const app = define({
  name: "shop",
  aggregates: [customer, product, order, cancellation],
  projections: [products, orders, countries, months, customers, sales, labels],
  policies: [payments],
  queries: [
    productQuery,
    searchQuery,
    productsQuery,
    orderQuery,
    ordersQuery,
    countriesQuery,
    monthsQuery,
    customersQuery,
    salesQuery,
    basketsQuery,
  ],
});
