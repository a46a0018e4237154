/** What can go wrong with the server, each with what to do about it. */
import { FoldstreamError, StoreFailureError } from "foldstream";

const checkCredentials = "Check user and password in `connection`.";
const checkAddress = "Check host and port in `connection`, and whether the server is running and reachable from here.";
const tooMany =
  "Lower `connections`, run fewer processes, raise the server's max_connections, or put a pooler in front.";
const otherShape =
  "The tables do not have the shape of this release. Were they changed by hand, or made by another program? Choose another `schema`, or restore them.";
const shuttingDown =
  "The server is starting up or shutting down. Whatever was in flight is told by its receipts on retry.";
const connectionLost = "The connection was lost. Whatever was in flight is told by its receipts on retry.";

/** By SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html), by its class, or by the name of a system error. */
const advice: Readonly<Record<string, string>> = {
  "28P01": checkCredentials,
  "28000": `${checkCredentials} The server may also refuse this user, host or database in pg_hba.conf.`,
  "3D000": "The database does not exist: create it, or check `connection`.",
  "3F000": "The schema does not exist. Restart the application with a user who may create it, or create it.",
  "42501": "The user lacks a permission. Grant it, or use another user in `connection`.",
  "25006":
    "The server takes no writes: it is a standby, or the user's transactions are read-only. Connect to the primary.",
  "53100": "The server's disk is full. Free space; what was acknowledged is safe.",
  "53200": "The server is out of memory.",
  "53300": tooMany,
  "42P01": "A table is missing. Restart the application with a user who may create it.",
  "42601": otherShape,
  "42703": otherShape,
  "42804": otherShape,
  "42883": otherShape,
  "55P03": "Another session held a lock for too long.",
  "57014": "The statement was cancelled, by an administrator or by the server's statement_timeout.",
  "57P01": shuttingDown,
  "57P02": shuttingDown,
  "57P03": shuttingDown,
  "26000": 'A prepared statement is gone. Behind a pooler in transaction mode set `pooler: "transaction"`.',
  "42P05": 'A prepared statement exists already. Behind a pooler in transaction mode set `pooler: "transaction"`.',
  FS001: "Run ALTER ROLE ... SET default_transaction_isolation = 'read committed' for the user in `connection`.",
  "08": connectionLost,
  "40": "The server gave up this transaction in favour of another. Nothing of it was kept.",
  "53": "The server is out of a resource. What was acknowledged is safe.",
  "58": "The server's operating system reported an error.",
  XX: "The server reported an internal error, perhaps damaged data. See its log.",
  ECONNREFUSED: checkAddress,
  ENOTFOUND: checkAddress,
  EAI_AGAIN: checkAddress,
  EHOSTUNREACH: checkAddress,
  ENETUNREACH: checkAddress,
  ETIMEDOUT: checkAddress,
  ECONNRESET: connectionLost,
  EPIPE: connectionLost,
};

/** Failures that the driver tells by their text alone. */
const adviceByText: readonly (readonly [RegExp, string])[] = [
  [
    /timeout exceeded when trying to connect/,
    `No connection was free, or none could be made, in time. ${checkAddress}`,
  ],
  [/due to connection timeout/, checkAddress],
  [/Connection terminated|Client has encountered a connection error/, connectionLost],
  [/SSL|self-signed|certificate/, "Check `ssl` in `connection`."],
  [/SASL|password must be a string/, checkCredentials],
];

/** SQLSTATE, or the name of a system error; empty when there is neither. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

/** True when the statement itself failed and the connection lives on. */
export function isStatementError(error: unknown): boolean {
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|25P03)/.test(code) && "severity" in (error as object);
}

/** True when the server refused a value, or the amount of data: another statement may well succeed. */
export function isFaultOfData(error: unknown): boolean {
  return /^(22|23|54)/.test(codeOf((error as { cause?: unknown }).cause));
}

/** Wraps an exception of the driver; passes on our own. `where` says which server. */
export function storeFailure(error: unknown, where: string): Error {
  if (error instanceof FoldstreamError) return error;
  const reason = error instanceof Error && error.message !== "" ? error.message : codeOf(error) || String(error);
  return new StoreFailureError(`PostgreSQL at ${where} failed: ${reason}. ${adviceFor(error, reason)}`, {
    cause: withoutData(error),
  });
}

function adviceFor(error: unknown, reason: string): string {
  const code = codeOf(error);
  const byText = adviceByText.find(([pattern]) => pattern.test(reason));
  return advice[code] ?? byText?.[1] ?? advice[code.slice(0, 2)] ?? "Nothing of this write was kept.";
}

/** The server quotes rows and parameters in these fields. */
function withoutData(error: unknown): unknown {
  if (typeof error === "object" && error !== null) {
    for (const field of ["detail", "where", "internalQuery"]) delete (error as Record<string, unknown>)[field];
  }
  return error;
}
