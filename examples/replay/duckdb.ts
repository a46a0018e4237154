/** A DuckDB connection to read a source with, and to check against. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** One thread keeps rows in the order of the file, and leaves the other cores to the application. `memory` is all that it may take. */
export async function withDuckDb<T>(use: (connection: DuckDBConnection) => Promise<T>, memory = "256MB"): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: memory });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
