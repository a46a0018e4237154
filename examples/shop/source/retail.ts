/** The source as one table: the lines of a shop, from the file that was named, or made up where there is none. */
import { existsSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { withDuckDb } from "@foldstream/example-replay";
import { unprintable } from "../domain/rules.ts";

/** The source is held as a table. */
const memory = "1GB";

/**
 * Opens the source while it is used, as the tables `lines` (in the order of the file, prices in thousandths of a pound) and `invoices` (numbered from 1 in the order of
 * their first lines).
 * @throws Error when there is no such file, or not that of UCI "Online Retail".
 */
export async function withSource<T>(
  file: string | undefined,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  if (file !== undefined && !existsSync(file)) throw new Error(`--file names ${file}, which is not there.`);
  return withDuckDb(async (connection) => {
    await connection.run(file === undefined ? made : read, file === undefined ? {} : { file });
    await connection.run(invoices);
    return use(connection);
  }, memory);
}

/** https://archive.ics.uci.edu/dataset/352/online+retail, CC BY 4.0. */
const read = `
  CREATE TEMP TABLE lines AS
  SELECT row_number() OVER () AS row, InvoiceNo AS invoice, StockCode AS product, coalesce(Description, '') AS description,
    Quantity::INTEGER AS quantity, replace(substr(InvoiceDate, 1, 16), ' ', 'T') AS placed_at,
    (UnitPrice::DECIMAL(12, 3) * 1000)::INTEGER AS unit_price, regexp_replace(CustomerID, '\\.0$', '') AS customer, Country AS country
  FROM read_csv($file, header = true, all_varchar = true)`;

/** As many invoices as the file has, of much the same shapes; the same ones each time, since nothing but hashes of numbers decides. */
const made = `
  CREATE TEMP MACRO one_of(words, n) AS words[1 + n % len(words)];
  CREATE TEMP MACRO description(n) AS concat_ws(' ',
    one_of(['RED', 'WHITE', 'BLUE', 'PINK', 'GREEN', 'IVORY', 'BLACK', 'SILVER'], n),
    one_of(['GLASS', 'METAL', 'PAPER', 'CERAMIC', 'WOODEN', 'KNITTED', 'RETRO', 'SPOTTY'], n // 8),
    one_of(['HEART', 'STAR', 'BIRD', 'ROSE', 'GARDEN', 'KITCHEN', 'PARTY', 'CHRISTMAS'], n // 64),
    one_of(['LANTERN', 'MUG', 'BUNTING', 'CAKE STAND', 'TEA TOWEL', 'CANDLE', 'LUNCH BAG', 'CLOCK'], n // 512));
  CREATE TEMP MACRO dice(what, n, sides) AS (hash(what || n) % sides)::INTEGER;
  CREATE TEMP TABLE lines AS
  WITH drafts AS (
    SELECT n, dice('kind', n, 100) AS kind, dice('customer', n, 4400) AS customer, dice('country', n, 100) AS country,
      TIMESTAMP '2010-12-01 08:00:00' + INTERVAL (n * 20) MINUTE AS placed_at
    FROM range(25900) AS invoices(n)),
  parts AS (
    SELECT *, n * 100 + part AS id FROM drafts,
      LATERAL (SELECT unnest(range(1 + dice('lines', n, 6) * dice('length', n, 10))) AS part))
  SELECT row_number() OVER (ORDER BY id) AS row,
    CASE WHEN kind < 15 THEN 'C' ELSE '' END || (536365 + n) AS invoice,
    CASE product WHEN 7 THEN '${unprintable}' ELSE (10000 + product)::VARCHAR END AS product,
    description(product) AS description,
    CASE WHEN kind < 20 THEN -1 ELSE 1 END * (1 + dice('quantity', id, 12)) AS quantity,
    strftime(placed_at, '%Y-%m-%dT%H:%M') AS placed_at,
    CASE WHEN kind >= 15 AND kind < 20 THEN 0 WHEN n = 20000 THEN -1000 ELSE 100 * (1 + dice('price', product, 90)) END AS unit_price,
    CASE WHEN customer < 1100 THEN NULL ELSE (12000 + customer)::VARCHAR END AS customer,
    CASE WHEN country < 90 THEN 'United Kingdom' ELSE 'Country ' || country END AS country
  FROM (SELECT *, dice('a', id, 64) * dice('b', id, 64) AS product FROM parts)`;

const invoices = `
  CREATE TEMP TABLE invoices AS
  SELECT invoice, row_number() OVER (ORDER BY min(row)) AS number,
    CASE WHEN invoice LIKE 'C%' THEN 'cancellation' WHEN min(quantity) < 0 THEN 'write-off' ELSE 'order' END AS kind,
    min(unit_price) >= 0 AS accepted
  FROM lines GROUP BY invoice`;
