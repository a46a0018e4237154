/** The questions that the page and the check ask. */
import { sql, sqlQuery } from "@foldstream/sql";
import { query } from "foldstream";
import * as z from "zod";
import { orders } from "./orders.ts";
import { products } from "./products.ts";
import { sales } from "./sales.ts";
import { countries, customers, months } from "./totals.ts";

const page = {
  limit: z.int().min(1).max(1_000).default(50),
  offset: z.int().min(0).default(0),
};

export const productQuery = query("product", {
  input: z.object({ id: z.string() }),
  from: [products],
  run: async ({ id }, { read }) => (await read.products.get(id)) ?? null,
});

export const searchQuery = query("search", {
  input: z.object({ text: z.string().max(200), limit: z.int().min(1).max(100).default(20) }),
  from: [products],
  run: ({ text, limit }, { read }) => read.products.search(text, { limit }),
});

/** The best sold first. */
export const productsQuery = query("products", {
  input: z.object(page),
  from: [products],
  run: (paging, { read }) => read.products.find({ ...paging, orderBy: [["sold", "desc"]] }),
});

/** The newest first; those that are still to be paid, or all in one state. */
export const ordersQuery = query("orders", {
  input: z.object({ ...page, status: z.enum(["placed", "paid", "cancelled"]).optional() }),
  from: [orders],
  run: ({ status, ...paging }, { read }) =>
    read.orders.find({ ...paging, ...(status && { where: { status } }), orderBy: [["at", "desc"]] }),
});

export const orderQuery = query("order", {
  input: z.object({ id: z.string() }),
  from: [orders],
  run: async ({ id }, { read }) => (await read.orders.get(id)) ?? null,
});

export const countriesQuery = query("countries", {
  input: z.object(page),
  from: [countries],
  run: (paging, { read }) => read.countries.find({ ...paging, orderBy: [["sold", "desc"]] }),
});

export const monthsQuery = query("months", {
  input: z.object(page),
  from: [months],
  run: (paging, { read }) => read.months.find({ ...paging, orderBy: [["id", "asc"]] }),
});

export const customersQuery = query("customers", {
  input: z.object(page),
  from: [customers],
  run: (paging, { read }) => read.customers.find({ ...paging, orderBy: [["sold", "desc"]] }),
});

/** The lines of one order or cancellation, as facts. */
export const salesQuery = query("sales", {
  input: z.object({ ...page, invoice: z.string().optional() }),
  from: [sales],
  run: ({ invoice, ...paging }, { read }) =>
    read.sales.find({ ...paging, ...(invoice !== undefined && { where: { invoice } }) }),
});

/** Countries by what was spent in them: how many orders there were, what they came to, and the largest, all without what was cancelled. */
export const basketsQuery = sqlQuery("baskets", {
  input: z.object({ limit: page.limit }),
  from: [sales],
  run: ({ limit }, db) =>
    db
      .with("basket", (cte) =>
        cte
          .selectFrom("sales")
          .select(["country", sql<number>`cast(sum(amount) as bigint)`.as("amount")])
          .groupBy(["country", "invoice"]),
      )
      .selectFrom("basket")
      .where("amount", ">", 0)
      .select(({ fn }) => [
        "country",
        fn.countAll<number>().as("baskets"),
        sql<number>`cast(sum(amount) as bigint)`.as("amount"),
        fn.max("amount").as("largest"),
      ])
      .groupBy("country")
      .orderBy(sql`3`, "desc")
      .orderBy("country")
      .limit(limit)
      .execute(),
});
