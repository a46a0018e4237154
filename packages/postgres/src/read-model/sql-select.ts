/** SQL from outside, in a transaction that only reads. */
import { StoreFailureError } from "foldstream";
import type { Row, SqlReader } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { PooledSession } from "../database/pooled-session.ts";
import { tables } from "../database/schema.ts";
import { quoted } from "../database/sql-name.ts";
import { isStatementError } from "../errors.ts";
import { selectedValues } from "./selected-values.ts";

/** How long a statement may take. */
const patience = "30s";

/**
 * The statement is put in the place of a table, so it can only be a query; the transaction is read-only, so it cannot write by a
 * function either; and an answer that came from other tables than those of read models is thrown away.
 *
 * That keeps mistakes out, not an attacker who may write SQL: a message of PostgreSQL may quote a value of any table, and a
 * function may do what is no part of a transaction, such as cancelling a session of the same user. Give such people a user of their own.
 */
export function postgresSelect(database: Database): SqlReader {
  return {
    dialect: "postgres",

    select: ({ sql, parameters }) =>
      database.transaction(async (session) => {
        await beginReading(session, database.schema);
        // At a line of its own, since the statement may end in a comment.
        const query = `SELECT * FROM (\n${sql.replace(/[\s;]+$/, "")}\n) AS answer`;
        const rows = await told(() => session.select(query, parameters, selectedValues));
        const foreign = await otherTables(session, database.schema);
        if (foreign.length > 0) throw refused(`it reads ${foreign.join(", ")}`);
        // Nothing is to be kept, not even a setting that a function has changed.
        await session.run("ROLLBACK");
        return rows as Row[];
      }),
  };
}

/** For this transaction only. */
async function beginReading(session: PooledSession, schema: string): Promise<void> {
  const settings = [
    ["transaction_read_only", "on"],
    ["search_path", quoted(schema)],
    ["statement_timeout", patience],
    ["TimeZone", "UTC"],
    ["DateStyle", "ISO"],
  ];
  const calls = settings.map((_, index) => `set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`);
  await session.rows(`SELECT ${calls.join(", ")}`, settings.flat());
}

/** What is read stays locked until the transaction ends, however it was named, and also when a function reads it. */
async function otherTables(session: PooledSession, schema: string): Promise<string[]> {
  const rows = await session.rows<[string]>(
    `SELECT DISTINCT c.oid::regclass::text
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE l.pid = pg_backend_pid() AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND c.relkind <> 'i' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      AND NOT (n.nspname = $1 AND c.relname <> ALL ($2))`,
    [schema, tables],
  );
  return rows.map(([name]) => name);
}

/** Runs the statement; what PostgreSQL has against it is told as a refusal. */
async function told<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw isStatementError(cause) ? refused((cause as Error).message, cause) : error;
  }
}

function refused(reason: string, cause?: unknown): StoreFailureError {
  return new StoreFailureError(
    `postgres: the SQL was refused: ${reason}. Only one SELECT over the read models may be run, for at most ${patience}.`,
    { cause },
  );
}
