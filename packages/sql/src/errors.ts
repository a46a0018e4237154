/** Exceptions of this package. */

const brand = Symbol.for("foldstream.sql-unsupported");

/** No one target that speaks SQL holds all that the query reads, so it cannot be answered. */
export class SqlUnsupportedError extends Error {
  readonly [brand] = true;
  readonly code = "sql-unsupported";
  override readonly name = "SqlUnsupportedError";
  readonly query: string;

  constructor(query: string) {
    super(
      `Query "${query}" is written in SQL, and what it reads is not all in one target that speaks it. ` +
        "Keep those read models together in one that does (SQLite, PostgreSQL, DuckDB), or write the query with query() and context.read.",
    );
    this.query = query;
  }
}

/** True for a `SqlUnsupportedError`, also one from another copy of this package. */
export function isSqlUnsupportedError(error: unknown): error is SqlUnsupportedError {
  return typeof error === "object" && error !== null && brand in error;
}
