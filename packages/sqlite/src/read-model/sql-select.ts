/** SQL from outside, on a connection that cannot write. */
import { constants, type DatabaseSync, type StatementSync } from "node:sqlite";
import { StoreFailureError } from "foldstream";
import type { Row, SqlReader } from "foldstream/port";
import type { Database } from "../database/database.ts";

const allowed: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);

/** The connection is opened read-only; the authorizer also refuses ATTACH, PRAGMA and the like, and the log's own tables. */
export function sqliteSelect(database: Database): SqlReader {
  let connection: DatabaseSync | undefined;
  return {
    dialect: "sqlite",
    select: ({ sql, parameters }) =>
      database.read(() => {
        connection ??= readOnly(database.reader);
        try {
          return onlyStatement(connection.prepare(sql), sql).all(...(parameters as string[])) as Row[];
        } catch (error) {
          throw refused(error);
        }
      }),
  };
}

function readOnly(connection: DatabaseSync): DatabaseSync {
  connection.setAuthorizer((action, name) => (permits(action, name) ? constants.SQLITE_OK : constants.SQLITE_DENY));
  return connection;
}

function permits(action: number, name: string | null): boolean {
  if (action === constants.SQLITE_READ) return !/^foldstream_/i.test(name ?? "");
  // Full-text search asks for this by itself, to see whether its index has changed.
  if (action === constants.SQLITE_PRAGMA) return name === "data_version";
  return allowed.has(action);
}

/** SQLite compiles the first statement and would pass over what comes after it. */
function onlyStatement(statement: StatementSync, sql: string): StatementSync {
  const rest = sql.slice(statement.sourceSQL.length);
  if (/^(?:[\s;]|--[^\n]*|\/\*[\s\S]*?\*\/)*$/.test(rest)) return statement;
  throw new Error("there is more than one statement");
}

function refused(error: unknown): StoreFailureError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreFailureError(
    `sqlite: the SQL was refused: ${reason}. Only one SELECT over the read models may be run.`,
    {
      cause: error,
    },
  );
}
