/** `sql` is Kysely's template for expressions that its builder has no word for. */
export { sql } from "kysely";
export { isSqlUnsupportedError, SqlUnsupportedError } from "./errors.ts";
export type { ReadModelDatabase, SqlValue } from "./read-model-database.ts";
export type { SelectBuilder } from "./select-builder.ts";
export { type SqlQueryOptions, sqlQuery } from "./sql-query.ts";
