/** givenPolicy(policy).when(event).then(intents): a policy's tests, without a runtime. */
import type { AnyAggregate } from "../definition/aggregate.ts";
import { type EventDeclaration, eventDefinition, type RecordedEvent } from "../definition/event.ts";
import type { CommandIntent, Intent, Intents } from "../definition/intent.ts";
import type { AnyPolicy, Policy } from "../definition/policy.ts";
import type { EventFrom, EventOfType } from "../definition/projection.ts";
import type { Rejection } from "../definition/rejection.ts";
import { canonicalJson } from "../runtime/json.ts";
import { ExpectationError, fitting, freeze } from "./given.ts";

/** Where the event comes from; everything has a default. */
export interface EventPlace {
  /** Of the aggregate instance. Default `1`. */
  readonly id?: string;
  /** Default 1. */
  readonly version?: number;
  /** ISO 8601, UTC. Default the first of January 2000. */
  readonly recordedAt?: string;
}

export interface GivenPolicy<From extends readonly AnyAggregate[]> {
  /** Hands the policy an event. */
  when<T extends EventFrom<From>["type"]>(type: T, data: EventOfType<From, T>["data"], place?: EventPlace): WhenPolicy;
  /** Tells the policy that a command of its own was rejected. */
  whenRejected(command: CommandIntent, rejection: Rejection): WhenPolicy;
  /** Takes a run of one of its schedules. `at`: ISO 8601, UTC. */
  whenDue(schedule: string, at: string): WhenPolicy;
}

export interface WhenPolicy {
  /** `undefined` for a rejection that the policy has no answer to, which parks the command. */
  readonly intents: readonly Intent[] | undefined;
  /**
   * Expects exactly these intents in this order, none for `[]`.
   * @throws ExpectationError with `expected` and `actual`, which test runners show as a difference.
   */
  then(expected: Intents): void;
}

/** Starts a test of a policy. Events are checked by their schemas, which must be synchronous, and frozen. */
export function givenPolicy<From extends readonly AnyAggregate[]>(policy: Policy<string, From>): GivenPolicy<From> {
  const { on, onRejected, schedules }: AnyPolicy = policy;
  return {
    when(type, data, place) {
      const handle = on[type as keyof typeof on] as ((event: RecordedEvent) => Intents) | undefined;
      return outcome(handle?.(recorded(policy, type, data, place)) ?? []);
    },
    whenRejected: ({ aggregate, id, command, data }, rejection) =>
      outcome(onRejected?.({ command: { aggregate, id, command, data }, rejection })),
    whenDue(name, at) {
      const schedule = schedules?.[name];
      if (!schedule) throw new Error(`Policy "${policy.name}" has no schedule "${name}".`);
      return outcome(schedule.run({ at }));
    },
  };
}

function recorded(policy: AnyPolicy, type: string, data: unknown, place: EventPlace = {}): RecordedEvent {
  const { id = "1", version = 1, recordedAt = "2000-01-01T00:00:00.000Z" } = place;
  const [aggregate = "", event = ""] = type.split(".");
  const source = policy.from.find(({ name }: AnyAggregate) => name === aggregate);
  const declaration = source?.events[event] as EventDeclaration | undefined;
  if (!declaration) throw new Error(`Policy "${policy.name}" has no event "${type}" in its sources.`);
  return freeze({
    type,
    data: fitting(eventDefinition(declaration).schema, data, `event "${type}"`),
    stream: { name: `${aggregate}-${id}`, aggregate, id },
    version,
    partition: "0",
    position: version,
    recordedAt,
    metadata: { commandId: "command-1", causationId: "command-1", correlationId: "command-1" },
  });
}

function outcome(wanted: Intents | undefined): WhenPolicy {
  const intents = wanted === undefined ? undefined : [wanted].flat();
  // biome-ignore lint/suspicious/noThenProperty: given, when, then is how such tests are read; nobody awaits it
  return { intents, then: (expected) => compare([expected].flat(), intents) };
}

function compare(expected: readonly Intent[], actual: readonly Intent[] | undefined): void {
  if (canonicalJson(expected) !== canonicalJson(actual)) throw new ExpectationError(expected, actual);
}
