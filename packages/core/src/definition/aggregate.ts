/** Aggregates: the write side of a domain, as three pure pieces (initialState, decide, evolve). */
import { DefinitionError } from "../errors.ts";
import type { EventData, EventDeclarations, EventInput, Principal } from "./event.ts";
import type { Rejection } from "./rejection.ts";
import type { Input, Output, Schemas } from "./schema.ts";

/** What `decide` may know besides the command and the state. All of it is data, so a decision can be repeated. */
export interface DecideContext {
  /** The id of the aggregate instance: `42` for the stream `counter-42`. */
  readonly id: string;
  /** When the command was taken up: ISO 8601, UTC. */
  readonly now: string;
  readonly commandId: string;
  readonly principal?: Principal;
}

/** One new event, written `{ EventName: data }`. */
export type NewEvent<E extends EventDeclarations> = {
  [K in keyof E & string]: { readonly [P in K]: EventInput<E[P]> } & {
    readonly [P in Exclude<keyof E & string, K>]?: never;
  };
}[keyof E & string];

/** What `decide` returns: one event, several in order, none (`[]`), or a rejection. */
export type Decision<E extends EventDeclarations> = NewEvent<E> | readonly NewEvent<E>[] | Rejection;

type Decide<State, E extends EventDeclarations, C extends Schemas> = {
  readonly [K in keyof C]: (data: Output<C[K]>, state: State, context: DecideContext) => Decision<E>;
};

type Evolve<State, E extends EventDeclarations> = {
  readonly [K in keyof E]: (state: State, data: EventData<E[K]>) => State;
};

export interface SnapshotPolicy {
  /** A snapshot is kept about every so many events. */
  readonly every: number;
  /** Raise it when the shape of the state or the meaning of `evolve` changes: older snapshots are then ignored. Default 1. */
  readonly version?: number;
}

export interface AggregateOptions<State, E extends EventDeclarations, C extends Schemas> {
  readonly initialState: State;
  readonly events: E;
  readonly commands: C;
  readonly decide: Decide<NoInfer<State>, NoInfer<E>, NoInfer<C>>;
  readonly evolve: Evolve<NoInfer<State>, NoInfer<E>>;
  /** For long streams: keep the folded state, so that a load reads only what came after it. The state must be JSON. */
  readonly snapshot?: SnapshotPolicy;
}

export interface Aggregate<
  Name extends string = string,
  State = unknown,
  E extends EventDeclarations = EventDeclarations,
  C extends Schemas = Schemas,
> extends AggregateOptions<State, E, C> {
  readonly kind: "aggregate";
  readonly name: Name;
}

// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant, so only `any` accepts every aggregate
export type AnyAggregate = Aggregate<string, any, any, any>;

export type EventsOf<A extends AnyAggregate> = A["events"] extends infer E extends EventDeclarations ? E : never;
type CommandsOf<A extends AnyAggregate> = A["commands"] extends infer C extends Schemas ? C : never;
export type CommandName<A extends AnyAggregate> = keyof A["commands"] & string;
/** What a caller sends for command `N` of aggregate `A`. */
export type CommandInput<A extends AnyAggregate, N extends CommandName<A>> = Input<CommandsOf<A>[N]>;

/**
 * Declares an aggregate. State, event and command types are inferred from `initialState` and the schemas.
 *
 * `name` starts with a letter and holds letters, digits and underscores, since it begins stream names (`counter-42`) and
 * event types (`counter.Incremented`).
 * @throws DefinitionError when a name is malformed or a handler is missing.
 */
export function aggregate<const Name extends string, State, E extends EventDeclarations, C extends Schemas>(
  name: Name,
  options: AggregateOptions<State, E, C>,
): Aggregate<Name, State, E, C> {
  checkName("aggregate", name);
  for (const event of Object.keys(options.events)) checkName(`event of aggregate "${name}"`, event);
  for (const command of Object.keys(options.commands)) checkName(`command of aggregate "${name}"`, command);
  checkHandlers(name, "evolve", options.events, options.evolve);
  checkHandlers(name, "decide", options.commands, options.decide);
  const every = options.snapshot?.every;
  if (every !== undefined && !(Number.isInteger(every) && every > 0)) {
    throw new DefinitionError(`aggregate "${name}": snapshot.every must be a positive whole number, found ${every}.`);
  }
  return { kind: "aggregate", name, ...options };
}

export function checkName(what: string, name: string): void {
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return;
  throw new DefinitionError(
    `${what}: "${name}" is not a valid name. Use a letter, then letters, digits or underscores.`,
  );
}

function checkHandlers(aggregateName: string, part: "decide" | "evolve", declared: object, handlers: object): void {
  for (const key of Object.keys(declared)) {
    if (typeof handlers[key as keyof typeof handlers] === "function") continue;
    throw new DefinitionError(
      `aggregate "${aggregateName}": ${part}.${key} is missing; every declared name needs a handler.`,
    );
  }
}
