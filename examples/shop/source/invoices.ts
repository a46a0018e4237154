/** The invoices of the source, in its order, and what must be there before them. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Invoice } from "../domain/line.ts";

export interface SourceInvoice {
  readonly id: string;
  readonly kind: "order" | "cancellation" | "write-off";
  readonly invoice: Invoice;
}

export interface SourceProduct {
  readonly id: string;
  readonly description: string;
  readonly unitPrice: number;
  /** All that is ever sold or written off. */
  readonly supply: number;
}

export interface SourceCustomer {
  readonly id: string;
  readonly country: string;
}

/** Deliveries are not in the source, so each product gets what it is going to need. */
const products = `
  SELECT product AS id, max_by(description, length(description)) AS description, greatest(max(unit_price), 0)::INTEGER AS "unitPrice",
    coalesce(sum(abs(quantity)) FILTER (kind <> 'cancellation' AND accepted), 0)::INTEGER AS supply
  FROM lines JOIN invoices USING (invoice) GROUP BY product ORDER BY min(row)`;

const customers = `
  SELECT customer AS id, min_by(country, row) AS country
  FROM lines WHERE customer IS NOT NULL GROUP BY customer ORDER BY min(row)`;

/** One row an invoice, with its lines in the order of the file. */
const invoices = `
  SELECT invoice, any_value(kind), min_by(customer, row), min_by(country, row), min_by(placed_at, row),
    to_json(list({ product: product, quantity: abs(quantity), unitPrice: unit_price } ORDER BY row))
  FROM lines JOIN invoices USING (invoice) WHERE number <= $limit GROUP BY invoice ORDER BY any_value(number)`;

type Values = readonly [string, SourceInvoice["kind"], string | null, string, string, string];

export async function readProducts(connection: DuckDBConnection): Promise<readonly SourceProduct[]> {
  return (await connection.runAndReadAll(products)).getRowObjectsJS() as unknown as readonly SourceProduct[];
}

export async function readCustomers(connection: DuckDBConnection): Promise<readonly SourceCustomer[]> {
  return (await connection.runAndReadAll(customers)).getRowObjectsJS() as unknown as readonly SourceCustomer[];
}

/** Reads the first `limit` invoices, some 2,000 at a time. */
export async function* readInvoices(
  connection: DuckDBConnection,
  limit: number,
): AsyncGenerator<readonly SourceInvoice[]> {
  const result = await connection.stream(invoices, { limit });
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    yield (chunk.getRows() as unknown as readonly Values[]).map(invoiceOf);
}

function invoiceOf([id, kind, customer, country, at, lines]: Values): SourceInvoice {
  return { id, kind, invoice: { ...(customer !== null && { customer }), country, at, lines: JSON.parse(lines) } };
}

export async function countInvoices(connection: DuckDBConnection): Promise<number> {
  const result = await connection.runAndReadAll("SELECT count(*)::INTEGER FROM invoices");
  return result.getRows()[0]?.[0] as number;
}
