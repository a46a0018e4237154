/** What the read models must hold, worked out by DuckDB's SQL from the source itself. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Row } from "@foldstream/example-replay";

/** The lines that the domain accepts. Sums as doubles: they come out as plain numbers, exact far beyond what a shop turns over. */
const accepted = `
  CREATE TEMP VIEW accepted AS
  SELECT lines.* EXCLUDE (quantity, country), kind, abs(quantity) AS quantity,
    first_value(country) OVER (PARTITION BY invoice ORDER BY row) AS country,
    substr(first_value(placed_at) OVER (PARTITION BY invoice ORDER BY row), 1, 7) AS month
  FROM lines JOIN invoices USING (invoice) WHERE number <= getvariable('asked') AND accepted`;

const products = `
  WITH supplied AS (
    SELECT product, coalesce(sum(abs(quantity)) FILTER (kind <> 'cancellation' AND accepted), 0)::DOUBLE AS supply
    FROM lines JOIN invoices USING (invoice) GROUP BY product),
  moved AS (
    SELECT product, sum(quantity) FILTER (kind = 'order') AS sold, sum(quantity) FILTER (kind = 'cancellation') AS returned,
      sum(quantity) FILTER (kind = 'write-off') AS written_off
    FROM accepted GROUP BY product)
  SELECT product AS id, coalesce(sold, 0)::DOUBLE AS sold, coalesce(returned, 0)::DOUBLE AS returned,
    coalesce(written_off, 0)::DOUBLE AS "writtenOff", (supply - coalesce(sold, 0) + coalesce(returned, 0) - coalesce(written_off, 0))::DOUBLE AS stock
  FROM supplied LEFT JOIN moved USING (product)`;

const orders = `
  SELECT invoice AS id, 'paid' AS status, any_value(country) AS country, count(*)::DOUBLE AS lines, sum(quantity * unit_price)::DOUBLE AS total
  FROM accepted WHERE kind = 'order' GROUP BY invoice`;

const totalsBy = (column: string) => `
  SELECT ${column} AS id, count(DISTINCT invoice) FILTER (kind = 'order')::DOUBLE AS orders,
    count(DISTINCT invoice) FILTER (kind = 'cancellation')::DOUBLE AS cancellations,
    coalesce(sum(quantity * unit_price) FILTER (kind = 'order'), 0)::DOUBLE AS sold,
    coalesce(sum(quantity * unit_price) FILTER (kind = 'cancellation'), 0)::DOUBLE AS cancelled
  FROM accepted WHERE kind <> 'write-off' AND ${column} IS NOT NULL GROUP BY ${column}`;

export interface Expected {
  readonly products: readonly Row[];
  readonly orders: readonly Row[];
  readonly countries: readonly Row[];
  readonly months: readonly Row[];
  readonly customers: readonly Row[];
}

/** For the first `limit` invoices of the source, whose tables are there. */
export async function expectedRows(connection: DuckDBConnection, limit: number): Promise<Expected> {
  await connection.run(`SET VARIABLE asked = ${Math.trunc(limit)}; ${accepted}`);
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
  return {
    products: await rows(products),
    orders: await rows(orders),
    countries: await rows(totalsBy("country")),
    months: await rows(totalsBy("month")),
    customers: await rows(totalsBy("customer")),
  };
}
