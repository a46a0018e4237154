/** What can go wrong between here and DynamoDB, each with what to do about it. */
import { FoldstreamError, StoreFailureError } from "foldstream";

const brand = Symbol.for("foldstream.dynamodb-table-error");

export type DynamoDbTableProblem = "missing" | "other-shape" | "other-partitions" | "other-columns";

/** The tables are not what this engine needs. Nothing was written. */
export class DynamoDbTableError extends FoldstreamError {
  readonly [brand] = true;
  readonly problem: DynamoDbTableProblem;

  constructor(problem: DynamoDbTableProblem, message: string) {
    super("store-failure", message);
    this.problem = problem;
  }
}

export function isDynamoDbTableError(error: unknown): error is DynamoDbTableError {
  return typeof error === "object" && error !== null && brand in error;
}

/** By the name of the SDK's exception, or the code of a failed connection. */
const advice: Readonly<Record<string, string>> = {
  ResourceNotFoundException: "A table is missing: set createTables, or deploy those of tableDefinitions().",
  AccessDeniedException: "The credentials lack a permission on the tables of `tablePrefix`.",
  UnrecognizedClientException: "The credentials in `client` are not known: check access key, secret and session token.",
  InvalidSignatureException:
    "The secret key in `client` does not fit the access key, or this machine's clock is wrong.",
  RequestExpired: "This machine's clock is wrong: set it by a time server.",
  ExpiredTokenException: "The session token in `client` has expired.",
  CredentialsProviderError: "No credentials were found: set `client.credentials`, or the AWS environment variables.",
  ProvisionedThroughputExceededException:
    "The table, or one key of it, is over its throughput: try later, or spread the key.",
  ThrottlingException: "DynamoDB is slowing this account down: try later.",
  RequestLimitExceeded: "The account is over its throughput: try later.",
  ECONNREFUSED: "Nothing listens there: check `client.endpoint`.",
  ENOTFOUND: "The host is not known: check `client.endpoint` and `client.region`.",
  TimeoutError: "No answer in time: check `client.endpoint` and the network.",
};

/** Wraps an exception of the SDK; passes on our own. */
export function storeFailure(error: unknown, doing: string): Error {
  if (error instanceof FoldstreamError) return error;
  const { name = "", code = "", message = String(error) } = error as { name?: string; code?: string; message?: string };
  const reason = (message === "" ? code || name : message).replace(/\.$/, "");
  const hint = advice[name] ?? advice[code] ?? "Whether it was done is not known; a retry of the command will tell.";
  return new StoreFailureError(`DynamoDB failed at ${doing}: ${reason}. ${hint}`, { cause: error });
}
