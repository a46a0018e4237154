/** Checks every read model against DuckDB's own SQL over the source. */
import { type CommandLine, type Comparison, compare, everyPage } from "@foldstream/example-replay";
import type { Runtime } from "foldstream";
import type { app } from "../app.ts";
import { countriesQuery, customersQuery, monthsQuery, ordersQuery, productsQuery } from "../read-models/queries.ts";
import { withSource } from "../source/retail.ts";
import { expectedRows } from "./expected.ts";

type Source = Partial<Pick<CommandLine, "limit" | "file">>;

/** Products, orders and totals of the first `limit` invoices. The read models must have caught up. */
export async function check(
  runtime: Pick<Runtime<typeof app>, "query">,
  { limit = Number.MAX_SAFE_INTEGER, file }: Source,
): Promise<readonly Comparison[]> {
  const expected = await withSource(file, (connection) => expectedRows(connection, limit));
  return [
    compare("products", "id", expected.products, await everyPage((page) => runtime.query(productsQuery, page))),
    compare("orders", "id", expected.orders, await everyPage((page) => runtime.query(ordersQuery, page))),
    compare("countries", "id", expected.countries, await everyPage((page) => runtime.query(countriesQuery, page))),
    compare("months", "id", expected.months, await everyPage((page) => runtime.query(monthsQuery, page))),
    compare("customers", "id", expected.customers, await everyPage((page) => runtime.query(customersQuery, page))),
  ];
}
