/** What an app's type says about its commands and queries, as callers see them. */
import type {
  App,
  CommandInput,
  CommandName,
  CommandOutcome,
  QueryInput,
  QueryOutcome,
  QueryOutput,
  TogetherOutcome,
} from "foldstream";
import type { Problem } from "./problem.ts";

export type AggregateName<A extends App> = A["aggregates"][number]["name"];
type AggregateNamed<A extends App, N> = Extract<A["aggregates"][number], { readonly name: N }>;
export type CommandNameOf<A extends App, N> = CommandName<AggregateNamed<A, N>>;
export type CommandData<A extends App, N, C extends CommandNameOf<A, N>> = CommandInput<AggregateNamed<A, N>, C>;

/** Any command of an app, as one of several that are executed together. */
export type CommandOf<A extends App> = {
  [N in AggregateName<A>]: {
    [C in CommandNameOf<A, N>]: {
      readonly aggregate: N;
      readonly id: string;
      readonly command: C;
      readonly data: CommandData<A, N, C>;
    };
  }[CommandNameOf<A, N>];
}[AggregateName<A>];

export type QueryName<A extends App> = A["queries"][number]["name"];
type QueryNamed<A extends App, N> = Extract<A["queries"][number], { readonly name: N }>;
export type QueryData<A extends App, N> = QueryInput<QueryNamed<A, N>>;
export type QueryAnswer<A extends App, N> = Json<QueryOutput<QueryNamed<A, N>>>;

/** A value after its journey as JSON: a `Date` arrives as text. */
type Json<T> = unknown extends T
  ? T
  : T extends { toJSON(): infer Written }
    ? Json<Written>
    : T extends object
      ? { [K in keyof T]: Json<T[K]> }
      : T;

/** Anything else that the server says no to: not signed in, too large, unavailable after all retries. */
export interface OtherProblem {
  readonly ok: false;
  readonly reason: "problem";
  readonly problem: Problem;
}

export type ExecuteOutcome = CommandOutcome | OtherProblem;
export type ExecuteTogetherOutcome = TogetherOutcome | OtherProblem;
export type AskOutcome<Out> = QueryOutcome<Out> | OtherProblem;

export interface ExecuteOptions {
  /** Makes repeated calls one command. Default: a new UUID. Retries of one call always share it. */
  readonly commandId?: string;
  /** Executes only when the stream is at this version; 0 when it must be new. */
  readonly expectedVersion?: number;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  readonly signal?: AbortSignal;
}

export interface AskOptions {
  /** Tokens that the answer must include. Default: those of this client's own commands. `false` takes whatever is there. */
  readonly after?: string | readonly string[] | false;
  /** How long the server may wait for that, in milliseconds, rounded up to seconds. Default: the server's. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

export interface LiveOptions {
  readonly after?: AskOptions["after"];
  readonly signal?: AbortSignal;
  /** Hears of problems. One that a retry cannot cure ends the subscription. Default: such a problem is thrown, uncaught. */
  readonly onProblem?: (problem: Problem) => void;
  /** Hears when the connection is made and when it is lost. */
  readonly onConnection?: (connected: boolean) => void;
}
