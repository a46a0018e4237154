/** Projections: the read side of a domain, as pure folds of events into rows. */
import { DefinitionError } from "../errors.ts";
import { type AnyAggregate, checkName, type EventsOf } from "./aggregate.ts";
import type { Column, Columns, NewRow, RowOf } from "./column.ts";
import type { EventData, RecordedEvent } from "./event.ts";

type EventUnionOf<A extends AnyAggregate> = A extends AnyAggregate
  ? {
      [K in keyof EventsOf<A> & string]: RecordedEvent<`${A["name"]}.${K}`, EventData<EventsOf<A>[K]>>;
    }[keyof EventsOf<A> & string]
  : never;
/** Every event of the given aggregates, as a union told apart by `type`. */
export type EventFrom<From extends readonly AnyAggregate[]> = EventUnionOf<From[number]>;
export type EventOfType<From extends readonly AnyAggregate[], Type> = Extract<EventFrom<From>, { readonly type: Type }>;

/** A table of rows by key, with what is declared about reading it. */
export interface Table<C extends Columns = Columns> {
  readonly columns: C;
  /** Columns to index, each entry one index. */
  readonly indexes: readonly (readonly (keyof C & string)[])[];
  /** Text columns to search in, best first. Empty: no full-text search. */
  readonly search: readonly (keyof C & string)[];
}

export interface TableOptions<C extends Columns> {
  readonly indexes?: readonly (readonly (keyof C & string)[])[];
  readonly search?: readonly (keyof C & string)[];
}

/**
 * Declares a table. Exactly one column is `t.key()`.
 * @throws DefinitionError when there is no key or several, or when a column name is malformed.
 */
export function table<const C extends Columns>(columns: C, options: TableOptions<NoInfer<C>> = {}): Table<C> {
  const keys = Object.entries(columns).filter(([, column]) => column.key);
  if (keys.length !== 1) {
    throw new DefinitionError(
      `table: expected exactly one t.key() column, found ${keys.length}. Write { id: t.key(), ... }.`,
    );
  }
  checkColumns(columns, [...(options.indexes ?? []).flat(), ...(options.search ?? [])]);
  return { columns, indexes: options.indexes ?? [], search: options.search ?? [] };
}

interface ProjectionBase<Name extends string, From extends readonly AnyAggregate[]> {
  readonly kind: "projection";
  readonly name: Name;
  /** Raise it when the meaning of the read model changes: a new version is built from the first event, in a table of its own. */
  readonly version: number;
  readonly from: From;
  /** How often a failing event is tried again before its stream is parked. Default: what the runtime's settings say. */
  readonly retries?: number;
}

export interface TableProjection<
  Name extends string = string,
  From extends readonly AnyAggregate[] = readonly AnyAggregate[],
  C extends Columns = Columns,
> extends ProjectionBase<Name, From> {
  readonly into: "table";
  readonly table: Table<C>;
  readonly key: (event: EventFrom<From>) => string | undefined;
  readonly on: TableHandlers<From, C>;
}

type TableHandlers<From extends readonly AnyAggregate[], C extends Columns> = {
  readonly [T in EventFrom<From>["type"]]?: (
    row: RowOf<C> | undefined,
    event: EventOfType<From, T>,
  ) => NewRow<C> | null | undefined;
};

/** Rows that are only ever added, each from one event: the input of analytics. */
export interface FactProjection<
  Name extends string = string,
  From extends readonly AnyAggregate[] = readonly AnyAggregate[],
  C extends Columns = Columns,
> extends ProjectionBase<Name, From> {
  readonly into: "facts";
  readonly columns: C;
  readonly on: FactHandlers<From, C>;
}

type FactHandlers<From extends readonly AnyAggregate[], C extends Columns> = {
  readonly [T in EventFrom<From>["type"]]?: (event: EventOfType<From, T>) => RowOf<C> | readonly RowOf<C>[];
};

// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant, so only `any` accepts every projection
export type AnyProjection = TableProjection<string, any, any> | FactProjection<string, any, any>;

export interface ProjectionOptions<From extends readonly AnyAggregate[], C extends Columns> {
  readonly version: number;
  readonly from: From;
  /** How often a failing event is tried again before its stream is parked. Default: what the runtime's settings say. */
  readonly retries?: number;
  /** Which row an event belongs to; `undefined` passes the event over. */
  readonly key: (event: EventFrom<NoInfer<From>>) => string | undefined;
  readonly into: Table<C>;
  /** Folds an event into its row: the new row, `null` to delete it, `undefined` to leave it as it is. */
  readonly on: TableHandlers<NoInfer<From>, NoInfer<C>>;
}

/**
 * Declares a projection into a table of rows by key. Handlers get the row so far (`undefined` at first) and the event.
 * @throws DefinitionError when the name or version is malformed.
 */
export function projection<
  const Name extends string,
  const From extends readonly AnyAggregate[],
  const C extends Columns,
>(name: Name, { into, ...options }: ProjectionOptions<From, C>): TableProjection<Name, From, C> {
  checkProjection(name, options);
  return { kind: "projection", into: "table", name, table: into, ...options };
}

export interface FactOptions<From extends readonly AnyAggregate[], C extends Columns> {
  readonly version: number;
  readonly from: From;
  /** How often a failing event is tried again before its stream is parked. Default: what the runtime's settings say. */
  readonly retries?: number;
  readonly columns: C;
  readonly on: FactHandlers<NoInfer<From>, NoInfer<C>>;
}

/**
 * Declares a projection into append-only facts: each event gives one row, several, or none (`[]`).
 * @throws DefinitionError when the name, version or a column name is malformed.
 */
export function facts<const Name extends string, const From extends readonly AnyAggregate[], const C extends Columns>(
  name: Name,
  options: FactOptions<From, C>,
): FactProjection<Name, From, C> {
  checkProjection(name, options);
  checkColumns(options.columns, []);
  return { kind: "projection", into: "facts", name, ...options };
}

interface CheckedOptions {
  readonly version: number;
  readonly from: readonly AnyAggregate[];
  readonly retries?: number;
  readonly on: object;
}

function checkProjection(name: string, options: CheckedOptions): void {
  checkName("projection", name);
  const { retries = 0 } = options;
  if (!Number.isInteger(retries) || retries < 0) {
    throw new DefinitionError(`projection "${name}": retries must be a whole number from 0, found ${retries}.`);
  }
  if (!Number.isInteger(options.version) || options.version < 1) {
    throw new DefinitionError(
      `projection "${name}": version must be a positive whole number, found ${options.version}.`,
    );
  }
  checkHandledEvents(`projection "${name}"`, options);
}

/** @throws DefinitionError when a handler is for an event that the sources do not have. */
export function checkHandledEvents(
  consumer: string,
  { from, on }: { readonly from: readonly AnyAggregate[]; readonly on: object },
): void {
  const known = from.flatMap((source) => Object.keys(source.events).map((event) => `${source.name}.${event}`));
  for (const type of Object.keys(on)) {
    if (known.includes(type)) continue;
    throw new DefinitionError(`${consumer}: no event "${type}" in its sources. Known: ${known.join(", ")}.`);
  }
}

function checkColumns(columns: Readonly<Record<string, Column>>, referenced: readonly string[]): void {
  for (const name of Object.keys(columns)) checkName("column", name);
  for (const name of referenced) {
    if (!(name in columns)) throw new DefinitionError(`table: "${name}" is indexed or searched but is not a column.`);
  }
}
