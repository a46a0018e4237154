/** `@foldstream/client`: the typed client of an app. */
export { type Client, type ClientOptions, client } from "./client.ts";
export { ClientError, type ClientErrorCode, isClientError } from "./errors.ts";
export type { Problem } from "./problem.ts";
export type {
  AskOptions,
  AskOutcome,
  CommandOf,
  ExecuteOptions,
  ExecuteOutcome,
  ExecuteTogetherOutcome,
  LiveOptions,
  OtherProblem,
} from "./types.ts";
