/** Foldstream on PostgreSQL. */
export type { PostgresConnection } from "./database/connection.ts";
