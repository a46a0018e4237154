/** Exceptions of this package. */

const brand = Symbol.for("foldstream.sql-unsupported");

/** The target that the read models live in speaks no SQL, so no `sqlQuery` can be answered from it. */
export class SqlUnsupportedError extends Error {
  readonly [brand] = true;
  readonly code = "sql-unsupported";
  override readonly name = "SqlUnsupportedError";
  readonly query: string;

  constructor(query: string) {
    super(
      `Query "${query}" is written in SQL, and the engine's read models speak none. ` +
        "Use an engine that does (SQLite, PostgreSQL), or write the query with query() and context.read.",
    );
    this.query = query;
  }
}

/** True for a `SqlUnsupportedError`, also one from another copy of this package. */
export function isSqlUnsupportedError(error: unknown): error is SqlUnsupportedError {
  return typeof error === "object" && error !== null && brand in error;
}
