/** A DuckDB connection to read a source with, and to check against. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

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
