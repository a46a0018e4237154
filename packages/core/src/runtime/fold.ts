/** Folds a page of events into what a projection writes, without writing it. */
import { type Columns, columnProblem } from "../definition/column.ts";
import { eventId, type RecordedEvent } from "../definition/event.ts";
import type { AnyProjection, FactProjection, TableProjection } from "../definition/projection.ts";
import { InvalidRowError } from "../errors.ts";
import type { FactWrite, ReadModel, Row, RowWrite } from "../port/read-model-store.ts";
import type { PagedEvent } from "./event-pages.ts";

/** What the target must know to hold the projection's read model. */
export function readModelOf(projection: AnyProjection): ReadModel {
  const { name, version } = projection;
  return projection.into === "facts"
    ? { name, version, kind: "facts", columns: projection.columns, indexes: [], search: [] }
    : { name, version, kind: "table", ...projection.table };
}

export type LoadRows = (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>;
export interface Folded {
  readonly rows: readonly RowWrite[];
  readonly facts: readonly FactWrite[];
}

interface Named {
  readonly name: string;
}

/** Projections without their types. */
interface Table extends Pick<TableProjection, "name" | "into" | "table"> {
  readonly key: (event: RecordedEvent) => unknown;
  readonly on: Readonly<Record<string, (row: Row | undefined, event: RecordedEvent) => Row | null | undefined>>;
}
interface Facts extends Pick<FactProjection, "name" | "into" | "columns"> {
  readonly on: Readonly<Record<string, (event: RecordedEvent) => Row | readonly Row[]>>;
}

export async function fold(projection: AnyProjection, events: readonly PagedEvent[], load: LoadRows): Promise<Folded> {
  const handled = events.filter(({ stored }) => Object.hasOwn(projection.on, stored.type));
  if (handled.length === 0) return { rows: [], facts: [] };
  return projection.into === "facts"
    ? { rows: [], facts: foldFacts(projection as Facts, handled) }
    : { rows: await foldRows(projection as Table, handled, load), facts: [] };
}

async function foldRows(projection: Table, events: readonly PagedEvent[], load: LoadRows): Promise<RowWrite[]> {
  const keyed = keysOf(projection, events);
  const rows = new Map<string, Row | undefined>(await load([...new Set(keyed.map(({ key }) => key))]));
  const changed = new Set<string>();
  const keyColumn = keyColumnOf(projection.table.columns);
  for (const { key, event } of keyed) {
    const next = guarded(projection, event, () => projection.on[event.type]?.(rows.get(key), event));
    if (next === undefined) continue;
    rows.set(key, next === null ? undefined : { ...next, [keyColumn]: key });
    changed.add(key);
  }
  return [...changed].map((key) => ({ key, row: checkedRow(projection, key, keyColumn, rows.get(key)) }));
}

interface KeyedEvent {
  readonly key: string;
  readonly event: RecordedEvent;
}

function keysOf(projection: Table, events: readonly PagedEvent[]): KeyedEvent[] {
  const keyed: KeyedEvent[] = [];
  for (const { recorded: event } of events) {
    const key = guarded(projection, event, () => projection.key(event));
    if (key === undefined) continue;
    if (typeof key !== "string" || key === "") {
      throw new InvalidRowError(
        `projection "${projection.name}": key(event) gave ${JSON.stringify(key)} for ${eventId(event)}; expected text.`,
      );
    }
    keyed.push({ key, event });
  }
  return keyed;
}

function foldFacts(projection: Facts, events: readonly PagedEvent[]): FactWrite[] {
  return events.flatMap(({ recorded: event }) => {
    const made = guarded(projection, event, () => projection.on[event.type]?.(event)) ?? [];
    const rows: readonly Row[] = Array.isArray(made) ? made : [made];
    return rows.map((row, index) => ({
      position: event.position,
      index,
      row: checkedColumns(projection, projection.columns, row, eventId(event)),
    }));
  });
}

function checkedRow(projection: Table, key: string, keyColumn: string, row: Row | undefined): Row | null {
  if (!row) return null;
  const { [keyColumn]: _key, ...rest } = row;
  const { [keyColumn]: _column, ...columns } = projection.table.columns as Columns;
  return checkedColumns(projection, columns, rest, `key "${key}"`);
}

function checkedColumns(projection: Named, columns: Columns, row: Row, where: string): Row {
  for (const name in columns) {
    const problem = columnProblem(columns[name] as Columns[string], row[name]);
    if (problem) throw new InvalidRowError(`projection "${projection.name}", ${where}: column "${name}": ${problem}.`);
  }
  return row;
}

function keyColumnOf(columns: Columns): string {
  return Object.keys(columns).find((name) => columns[name]?.key) as string;
}

/** Names the event in whatever a handler throws. */
function guarded<T>(projection: Named, event: RecordedEvent, handler: () => T): T {
  try {
    return handler();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`projection "${projection.name}" failed on ${eventId(event)} (${event.type}): ${message}`, {
      cause,
    });
  }
}
