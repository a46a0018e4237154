/** Foldstream on PostgreSQL. */
export type { PostgresConnection } from "./database/connection.ts";
export type { ConnectionBudget } from "./database/connection-budget.ts";
export type { Pooler } from "./database/connections.ts";
export { type PostgresEngine, type PostgresOptions, postgresEngine } from "./postgres-engine.ts";
