/** Policies (process managers): events in, intents out, as pure functions. State, where one is needed, is an aggregate's. */
import { DefinitionError } from "../errors.ts";
import { type AnyAggregate, checkName } from "./aggregate.ts";
import type { Effect } from "./effect.ts";
import type { CommandIntent, Intents } from "./intent.ts";
import { checkHandledEvents, type EventFrom, type EventOfType } from "./projection.ts";
import type { Rejection } from "./rejection.ts";

/** Recurring instants, as a pure function; `@foldstream/cron` makes one of a cron expression. */
export interface Schedule {
  /** Tells one schedule from another: when it changes, the next run is reckoned anew. */
  readonly description: string;
  /** The first instant after `ms` (milliseconds since 1970), or nothing when there is none. */
  next(ms: number): number | undefined;
}

export interface ScheduledRun {
  /** When it was due: ISO 8601, UTC. Runs missed in the meantime are made up for by this one. */
  readonly at: string;
}

/** A command of a policy that the domain refused. */
export interface RejectedCommand {
  readonly command: Omit<CommandIntent, "kind">;
  readonly rejection: Rejection;
}

/** How often a failing command or effect is tried, and how far apart. Failures of the engine itself are retried for good. */
export interface IntentRetries {
  /** Before it is parked. Default `settings.intentAttempts`. */
  readonly attempts?: number;
  /** Longest pause between two of them, in milliseconds. Default `settings.intentBackoffMs`. */
  readonly longestPauseMs?: number;
}

type PolicyHandlers<From extends readonly AnyAggregate[]> = {
  readonly [T in EventFrom<From>["type"]]?: (event: EventOfType<From, T>) => Intents;
};

export interface PolicyOptions<From extends readonly AnyAggregate[]> {
  readonly from: From;
  /** What each event leads to. */
  readonly on: PolicyHandlers<NoInfer<From>>;
  /** The effects it may ask for. */
  readonly effects?: readonly Effect[];
  /**
   * What follows when a command is rejected: compensation, or `[]` to leave it at that. `undefined`, and no such function, parks the
   * command with the rejection as the error.
   */
  readonly onRejected?: (rejected: RejectedCommand) => Intents | undefined;
  /** By name. Several runs that were missed while nothing ran are made up for by one, as soon as something runs again. */
  readonly schedules?: Readonly<
    Record<string, { readonly at: Schedule; readonly run: (run: ScheduledRun) => Intents }>
  >;
  readonly retries?: IntentRetries;
}

export interface Policy<Name extends string = string, From extends readonly AnyAggregate[] = readonly AnyAggregate[]>
  extends PolicyOptions<From> {
  readonly kind: "policy";
  /** Part of the ids of its commands: a policy that is renamed is another one, and starts from the first event. */
  readonly name: Name;
}

// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant, so only `any` accepts every policy
export type AnyPolicy = Policy<string, any>;

/**
 * Declares a policy. It sees every event of its sources from the first one on, once in effect; what its handlers want is written down
 * in one step with how far it has come, and then done.
 * @throws DefinitionError when a name is malformed or an event unknown.
 */
export function policy<const Name extends string, const From extends readonly AnyAggregate[]>(
  name: Name,
  options: PolicyOptions<From>,
): Policy<Name, From> {
  checkName("policy", name);
  checkHandledEvents(`policy "${name}"`, options);
  for (const schedule of Object.keys(options.schedules ?? {})) checkName(`schedule of policy "${name}"`, schedule);
  const { attempts, longestPauseMs } = options.retries ?? {};
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts > 0))
    throw new DefinitionError(`policy "${name}": retries.attempts must be a positive whole number, found ${attempts}.`);
  if (longestPauseMs !== undefined && !(longestPauseMs >= 0))
    throw new DefinitionError(
      `policy "${name}": retries.longestPauseMs must be milliseconds from 0, found ${longestPauseMs}.`,
    );
  return { kind: "policy", name, ...options };
}
