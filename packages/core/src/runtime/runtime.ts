/** The running application: what hosts (HTTP, Lambda, tests) call. */
import type { AnyAggregate, CommandInput, CommandName } from "../definition/aggregate.ts";
import type { App } from "../definition/app.ts";
import type { Principal, RecordedEvent } from "../definition/event.ts";
import type { AnyQuery, QueryInput, QueryOutput } from "../definition/query.ts";
import type { LogAudit } from "./audit/audit-log.ts";
import type { AuditOptions, ReadModelAudit } from "./audit/report.ts";
import type { CatchUpOptions, CaughtUp } from "./catch-up/catch-up.ts";
import type { CommandOutcome, InOrderOutcome, QueryOutcome, TogetherOutcome } from "./outcome.ts";
import type { ParkedFilter, ParkedIn, RedrivenIn, RedriveOptions } from "./parking/parking-desk.ts";
import type { ParkedTarget } from "./policy/parked-lanes.ts";
import type { ReadModelBuilds } from "./rebuild/rebuild-types.ts";
import type { RuntimeStatus } from "./status/status.ts";

export interface CommandOptions {
  /** Makes the command safe to retry: under one id it is executed at most once per stream. Default: a new id. */
  readonly commandId?: string;
  /** Executes only when the stream is at this version; 0 when it must be new. */
  readonly expectedVersion?: number;
  /** Default: the command id. */
  readonly correlationId?: string;
  /** The message that caused this command. Default: the command id. */
  readonly causationId?: string;
  readonly principal?: Principal;
  /** W3C Trace Context. */
  readonly traceparent?: string;
}

/** A command by names, as it comes from outside. */
export interface CommandRequest extends CommandOptions {
  readonly aggregate: string;
  readonly id: string;
  readonly command: string;
  readonly data: unknown;
}

export interface QueryOptions {
  /** Consistency tokens of commands that the answer must include. */
  readonly after?: string | readonly string[];
  /** How long to wait for that, in milliseconds. Default 5,000. */
  readonly waitMs?: number;
  readonly principal?: Principal;
}

export interface StreamPage {
  /** In version order. */
  readonly events: readonly RecordedStreamEvent[];
  /** True when the stream goes on after the last of them. */
  readonly more: boolean;
}

/** An event read from its stream, where its place in the feed is not known. */
export type RecordedStreamEvent = Omit<RecordedEvent, "partition" | "position">;

export interface Runtime<A extends App = App> {
  readonly app: A;

  /**
   * Executes a command. Refusals are values.
   * @throws UnknownNameError, StoreFailureError, StoppedError, and whatever a handler of the domain throws.
   */
  execute<G extends A["aggregates"][number] & AnyAggregate, N extends CommandName<G>>(
    aggregate: G,
    id: string,
    command: N,
    data: CommandInput<G, N>,
    options?: CommandOptions,
  ): Promise<CommandOutcome>;

  /** `execute` for names that come from outside. */
  dispatch(request: CommandRequest): Promise<CommandOutcome>;

  /**
   * Executes commands on several streams, all or nothing: when one is refused, nothing is written. Commands on the same stream see
   * each other's events. One command id covers all of them. At least one command.
   */
  executeTogether(
    requests: readonly Omit<CommandRequest, keyof CommandOptions | "expectedVersion">[],
    options?: Omit<CommandOptions, "expectedVersion">,
  ): Promise<TogetherOutcome>;

  /**
   * Executes commands one after the other, none behind one that failed: that threw, is invalid, reuses an id or lost to other writers. Those
   * behind it are rejected with the code `held-back`. A domain's "no" is an answer and holds nothing back. Neighbours on one stream are decided
   * together and share an append; each has its own id and answer. Never rejects.
   */
  dispatchInOrder(requests: readonly CommandRequest[]): Promise<InOrderOutcome>;

  /** Answers a query, after waiting for `after` if given. */
  query<Q extends A["queries"][number] & AnyQuery>(
    query: Q,
    input: QueryInput<Q>,
    options?: QueryOptions,
  ): Promise<QueryOutcome<QueryOutput<Q>>>;

  /** `query` for names that come from outside. */
  ask(query: string, input: unknown, options?: QueryOptions): Promise<QueryOutcome<unknown>>;

  /** Events of one aggregate instance, none for one that never was, lifted to today's schemas. `after` is a version, `limit` at most 1,000. */
  readStream(
    aggregate: string,
    id: string,
    options?: { readonly after?: number; readonly limit?: number },
  ): Promise<StreamPage>;

  /** Calls `listener` whenever one of the projections has taken a step in this process. Returns how to stop. */
  onProgress(projections: readonly string[], listener: () => void): () => void;

  /** Rebuilds, switches, rolls back and drops builds of read models. */
  readonly builds: ReadModelBuilds;

  /** How each consumer does, wherever it runs. Passive: only reads, and needs not even `prepare`. */
  status(): Promise<RuntimeStatus>;

  /**
   * Compares read models with the log, folded again up to their checkpoints, row by row. Changes nothing, and may run while commands and
   * projections do. Needs `prepare` at least.
   * @throws UnknownNameError, StoreFailureError
   */
  audit(options?: AuditOptions): Promise<readonly ReadModelAudit[]>;

  /**
   * Checks the log itself: positions increase, versions have no gap, receipts name versions that are there. Changes nothing.
   * @throws StoreFailureError
   */
  auditLog(options?: Pick<AuditOptions, "signal">): Promise<LogAudit>;

  /**
   * Audits, and writes what the log gives wherever something else was found: under the read model's lease, which it takes over and gives
   * back, while live steps go on. Tells what it found, and how much of it was `repaired`. An audit is the dry run.
   * @throws UnknownNameError, StoreFailureError, LeaseLostError when another operator takes over: what was repaired stays.
   */
  repair(options?: AuditOptions): Promise<readonly ReadModelAudit[]>;

  /**
   * What a policy has given up on, those parked first at the front. `limit`: default 100, at most 1,000.
   * @throws UnknownNameError
   */
  parkedTargets(policy: string, options?: { readonly limit?: number }): Promise<readonly ParkedTarget[]>;

  /**
   * Has a policy try parked targets again, those named or all, in whatever process runs it: what waits there is done in order. Returns
   * how many there were. Takes the policy's lease for a moment.
   * @throws UnknownNameError, LeaseLostError when another operator came in between; do it again then.
   */
  redriveTargets(policy: string, targets?: readonly string[]): Promise<number>;

  /** Streams that projections have set aside, by projection and name. Reads a page at a time. */
  parked(filter?: ParkedFilter): AsyncIterable<ParkedIn>;

  /**
   * Brings in what parked streams wait with, each in order, and frees those that fail no more; resolves with what became of each. Works
   * from any process, started or not: it takes the projections over for as long as it lasts. Run it again when it was cut off.
   * @throws LeaseLostError when another worker takes a projection over meanwhile, UnknownNameError, StoreFailureError, StoppedError.
   */
  redrive(filter: ParkedFilter, options?: RedriveOptions): Promise<readonly RedrivenIn[]>;

  /** Prepares the read models and starts the projections. Commands work without it, queries need `prepare` at least. */
  start(): Promise<void>;

  /** Prepares the read models without running projections: for hosts that only answer commands and queries. */
  prepare(): Promise<void>;

  /**
   * Works for a while, in a process that comes and goes, and needs no `start`: brings read models and policies up to what the feed shows
   * now, does what is due, and leaves no lease and nothing running behind. Where another worker holds a lease, waits for what that does.
   * Prepares the read models the first time.
   * @throws UnknownNameError, DefinitionError when an effect has no handler, StoreFailureError, StoppedError.
   */
  catchUp(options?: CatchUpOptions): Promise<CaughtUp>;

  /** Resolves when no work is on its way that no caller waits for: for hosts that freeze between answers. */
  settled(): Promise<void>;

  /** Refuses new work, finishes what was accepted, stops the projections after their current step. Leaves the engine open. */
  stop(): Promise<void>;
}
