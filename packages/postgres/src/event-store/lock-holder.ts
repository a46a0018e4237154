/** Who keeps others from appending. */
import { StoreFailureError } from "foldstream";
import { appendLock } from "../database/append-functions.ts";
import type { Database } from "../database/database.ts";
import { codeOf } from "../errors.ts";

type HolderRow = readonly [pid: number, application: string, user: string, state: string, since: string, waits: string];

/** An append that waited for too long for its turn is told which session does not end; any other failure is passed on. */
export async function explainWait(error: unknown, database: Database): Promise<unknown> {
  if (codeOf((error as { cause?: unknown }).cause) !== "55P03") return error;
  const holder = await lockHolder(database).catch(() => undefined);
  return new StoreFailureError(
    `PostgreSQL at ${database.where}: no turn to append to the schema ${database.schema} within 5 seconds. Nothing was written. ` +
      (holder ?? "The session that kept it has ended meanwhile: try again."),
    { cause: error },
  );
}

/** The server shows sessions of other users only to members of pg_read_all_stats. */
async function lockHolder(database: Database): Promise<string | undefined> {
  const [row] = await database.rows<HolderRow>(
    `SELECT a.pid, coalesce(nullif(a.application_name, ''), '?'), coalesce(a.usename, '?'), coalesce(a.state, '?'),
      to_char(coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      coalesce(a.wait_event, '')
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32 | l.objid::bigint) = ${appendLock(database.schema)}`,
  );
  if (!row) return undefined;
  const [pid, application, user, state, since, waits] = row;
  return (
    `The session with pid ${pid} keeps it (application "${application}", user "${user}", ${state}${waits && `, waits for ${waits}`}, ` +
    `in a transaction since ${since}). If it does not end: SELECT pg_terminate_backend(${pid}).`
  );
}
