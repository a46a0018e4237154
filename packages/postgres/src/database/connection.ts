/** How to reach the server. */
import type { ConnectionOptions } from "node:tls";
import { StoreFailureError } from "foldstream";
import pg from "pg";

/** What is not given comes from `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD` and `PGDATABASE`, as with other clients. */
export interface PostgresConnection {
  /** `postgres://user:password@host:port/database`, in place of the rest. */
  readonly connectionString?: string | undefined;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  /** A function is asked for every new connection: for passwords that expire. */
  readonly password?: string | (() => string | Promise<string>);
  readonly ssl?: boolean | ConnectionOptions;
}

/** Where a connection leads, for messages: host, port and database, never a secret. @throws StoreFailureError */
export function describeConnection(connection: PostgresConnection): string {
  try {
    const { host, port, database } = new pg.Client({ ...connection });
    return `${host}:${port}, database "${database ?? ""}"`;
  } catch {
    // The cause would show the connection string, and with it the password.
    throw new StoreFailureError(
      "postgres: `connection.connectionString` cannot be read. Expected postgres://user:password@host:port/database, " +
        "with special characters of the password percent-encoded.",
    );
  }
}
