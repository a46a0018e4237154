/** given(events).when(command).then(events | rejection): a domain's tests, without a runtime. */
import type {
  AnyAggregate,
  CommandInput,
  CommandName,
  DecideContext,
  EventsOf,
  NewEvent,
} from "../definition/aggregate.ts";
import { eventDefinition } from "../definition/event.ts";
import { isRejection, type Rejection } from "../definition/rejection.ts";
import { isPromise, type Schema, validate } from "../definition/schema.ts";
import { canonicalJson } from "../runtime/json.ts";

type Event<A extends AnyAggregate> = NewEvent<EventsOf<A>>;
type Expected<A extends AnyAggregate> = Event<A> | readonly Event<A>[] | Pick<Rejection, "code">;

/** What came out, for assertions of your own. */
export type Outcome<A extends AnyAggregate> = readonly Event<A>[] | Rejection;

export interface Given<A extends AnyAggregate> {
  /** Runs the command on the state that the given events lead to. */
  when<N extends CommandName<A>>(command: N, data: CommandInput<A, N>, context?: Partial<DecideContext>): When<A>;
}

export interface When<A extends AnyAggregate> {
  readonly outcome: Outcome<A>;
  /**
   * Expects exactly these events in this order, none for `[]`, or a rejection: `{ code: "sold-out" }`.
   * @throws ExpectationError with `expected` and `actual`, which test runners show as a difference.
   */
  then(expected: Expected<A>): void;
}

/** The domain did something else than the test says. */
export class ExpectationError extends Error {
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(expected: unknown, actual: unknown) {
    super(`Expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}.`);
    this.name = "ExpectationError";
    this.expected = expected;
    this.actual = actual;
  }
}

/**
 * Starts a test of an aggregate. State and data are frozen on the way, so a handler that changes them in place fails here and not in
 * production. Schemas must be synchronous.
 * @throws Error when given events or the command do not fit their schemas.
 */
export function given<A extends AnyAggregate>(aggregate: A, ...events: readonly Event<A>[]): Given<A> {
  const state = events.reduce(
    (current: unknown, next) => evolve(aggregate, current, next),
    freeze(aggregate.initialState),
  );
  return {
    when(command, data, context) {
      const outcome = decide(aggregate, state, command, data, { ...defaultContext, ...context });
      // biome-ignore lint/suspicious/noThenProperty: given, when, then is how such tests are read; nobody awaits it
      return { outcome, then: (expected) => compare(expected, outcome) };
    },
  };
}

const defaultContext: DecideContext = { id: "1", now: "2000-01-01T00:00:00.000Z", commandId: "command-1" };

function evolve<A extends AnyAggregate>(aggregate: A, state: unknown, event: Event<A>): unknown {
  const [name, data] = checked(aggregate, event);
  return freeze(aggregate.evolve[name]?.(state, freeze(data) as never));
}

function decide<A extends AnyAggregate>(
  aggregate: A,
  state: unknown,
  command: string,
  data: unknown,
  context: DecideContext,
): Outcome<A> {
  const valid = fitting(aggregate.commands[command] as Schema, data, `command "${command}"`);
  const decision = aggregate.decide[command]?.(freeze(valid) as never, state, context);
  if (isRejection(decision)) return decision;
  const events = (Array.isArray(decision) ? decision : [decision]) as Event<A>[];
  events.reduce((current: unknown, next) => evolve(aggregate, current, next), state);
  return events.map((event) => Object.fromEntries([checked(aggregate, event)]) as Event<A>);
}

function compare<A extends AnyAggregate>(expected: Expected<A>, actual: Outcome<A>): void {
  const wanted = isCode(expected) ? { code: expected.code } : [expected].flat();
  const found = isRejection(actual) ? (isCode(expected) ? { code: actual.code } : actual) : actual;
  if (canonicalJson(wanted) !== canonicalJson(found)) throw new ExpectationError(wanted, found);
}

function isCode(expected: unknown): expected is Pick<Rejection, "code"> {
  return typeof (expected as { code?: unknown }).code === "string";
}

function checked<A extends AnyAggregate>(aggregate: A, event: Event<A>): [name: string, data: unknown] {
  const [[name, data] = ["", undefined]] = Object.entries(event);
  const declaration = aggregate.events[name];
  if (!declaration) throw new Error(`Aggregate "${aggregate.name}" has no event "${name}".`);
  return [name, fitting(eventDefinition(declaration).schema, data, `event "${name}"`)];
}

export function fitting(schema: Schema, data: unknown, what: string): unknown {
  const validation = validate(schema, data);
  if (isPromise(validation)) throw new Error(`The schema of ${what} is asynchronous; given() needs a synchronous one.`);
  if (validation.ok) return validation.value;
  throw new Error(
    `${what} does not fit its schema: ${validation.issues.map(({ pointer, message }) => `${pointer}: ${message}`).join("; ")}`,
  );
}

export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}
