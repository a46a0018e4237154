/** SQL from outside, in a transaction that only reads. */
import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api";
import { StoreFailureError } from "foldstream";
import type { Row, SqlReader } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { selectedRows } from "./selected-values.ts";

/** How long a statement may take. */
const patienceMs = 30_000;

/** The statement must be a single SELECT, its transaction is read-only, and the file was opened so that no SQL reaches others. */
export function duckDbSelect(database: Database): SqlReader {
  return {
    dialect: "duckdb",

    select: ({ sql, parameters }) =>
      database.read(async (connection) => {
        const interruption = setTimeout(() => connection.interrupt(), patienceMs);
        try {
          await connection.run("BEGIN TRANSACTION READ ONLY");
          const statement = await onlySelect(connection, sql);
          bind(statement, parameters);
          return selectedRows(await statement.runAndReadAll()) as Row[];
        } catch (error) {
          throw refused(error);
        } finally {
          clearTimeout(interruption);
        }
      }),
  };
}

async function onlySelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error(`there are ${statements.count} statements.`);
  const statement = await statements.prepare(0);
  if (statement.statementType !== StatementType.SELECT) throw new Error("it is no SELECT.");
  return statement;
}

function bind(statement: DuckDBPreparedStatement, parameters: readonly unknown[]): void {
  for (const [index, value] of parameters.entries()) {
    if (value === null || value === undefined) statement.bindNull(index + 1);
    else if (typeof value === "boolean") statement.bindBoolean(index + 1, value);
    else if (typeof value === "bigint" || Number.isSafeInteger(value))
      statement.bindBigInt(index + 1, BigInt(value as number));
    else if (typeof value === "number") statement.bindDouble(index + 1, value);
    else statement.bindVarchar(index + 1, String(value));
  }
}

function refused(error: unknown): StoreFailureError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreFailureError(
    `duckdb: the SQL was refused: ${reason} Only one SELECT over the read models may be run, for at most ${patienceMs / 1_000} s.`,
    { cause: error },
  );
}
