/** The DuckDB connection that reads the source, and where the source is. */
import { fileURLToPath } from "node:url";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** Files of the npm package `vega-datasets`, which exports its code only: its folder is found from there. */
const folder = new URL("../data/", import.meta.resolve("vega-datasets"));

export const departuresFile = fileURLToPath(new URL("flights-3m.parquet", folder));
export const airportsFile = fileURLToPath(new URL("airports.csv", folder));

/** One thread keeps rows in the order of the file, and leaves the other cores to the application. */
const options = { threads: "1", memory_limit: "256MB" };

export async function withDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", options);
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
