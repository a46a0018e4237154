/** Folds a page of events into what a projection writes, without writing it. */
import { type Column, type Columns, columnProblem } from "../../definition/column.ts";
import type { RecordedEvent } from "../../definition/event.ts";
import type { AnyProjection, FactProjection, TableProjection } from "../../definition/projection.ts";
import { InvalidRowError, StoreFailureError } from "../../errors.ts";
import type {
  FactWrite,
  LoadedDocument,
  ReadModel,
  ReadModelStore,
  Row,
  RowWrite,
} from "../../port/read-model-store.ts";
import { EventFailedError } from "../parking/event-failed-error.ts";
import type { PolicyProjection } from "../policy/policy-projection.ts";
import { targetOf } from "../targets/target-of.ts";
import type { PagedEvent } from "./event-pages.ts";

/** What the target must know to hold the projection's read model. */
export function readModelOf(projection: AnyProjection): ReadModel {
  const { name, version } = projection;
  return projection.into === "facts"
    ? { name, version, kind: "facts", columns: projection.columns, indexes: [], search: [] }
    : { name, version, kind: "table", ...projection.table };
}

/** What a step finds. Targets with transactions hold no row beyond the checkpoint, and say neither `includes` nor `revision`. */
type FoundRow = Partial<LoadedDocument>;
export type FindRows = (keys: readonly string[]) => Promise<ReadonlyMap<string, FoundRow>>;
type LoadDocuments = NonNullable<ReadModelStore["loadDocuments"]>;

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

/** How a step over a partition, or over the source of what is redriven, finds the rows that it is going to change. */
export function findRows(store: ReadModelStore, model: ReadModel, source: string): FindRows {
  const target = targetOf(store, model);
  if (target.loadDocuments) {
    const load = target.loadDocuments as LoadDocuments;
    return async (keys) => readable(model, await load(model, source, keys));
  }
  return async (keys) => new Map([...(await target.load(model, keys))].map(([key, row]) => [key, { row }]));
}

/** Never an event's fault, so nothing is parked for it. */
function readable({ name }: ReadModel, found: ReadonlyMap<string, LoadedDocument>) {
  for (const [key, { problem }] of found) {
    if (problem === undefined) continue;
    throw new StoreFailureError(
      `the row "${key.slice(0, 64)}" of read model "${name}" cannot be read: ${problem} Repair the read model: foldstream verify --repair.`,
    );
  }
  return found;
}

export async function fold(projection: AnyProjection, events: readonly PagedEvent[], find: FindRows): Promise<Folded> {
  const handled = events.filter(({ stored }) => handles(projection, stored));
  if (handled.length === 0) return { rows: [], facts: [] };
  if ("foldIntents" in projection) {
    const { foldIntents } = projection as unknown as PolicyProjection;
    return { rows: await foldIntents(handled, find), facts: [] };
  }
  return projection.into === "facts"
    ? { rows: [], facts: foldFacts(projection as Facts, handled) }
    : { rows: await foldRows(projection as Table, handled, find), facts: [] };
}

/** Events of other types change nothing. */
export function handles(projection: AnyProjection, { type }: PagedEvent["stored"]): boolean {
  return Object.hasOwn(projection.on, type);
}

async function foldRows(projection: Table, events: readonly PagedEvent[], find: FindRows): Promise<RowWrite[]> {
  const keys = keysOf(projection, events);
  const found = await find([...new Set(keys)].filter((key) => key !== undefined));
  const changed = new Map<string, Row | null>();
  const keyColumn = keyColumnOf(projection.table.columns);
  const checked = checkedColumns(projection.table.columns);
  handleEach(projection, events, (event, index) => {
    const key = keys[index];
    if (key === undefined) return;
    const old = found.get(key);
    if (event.position <= (old?.includes ?? 0)) return;
    const before = changed.has(key) ? (changed.get(key) ?? undefined) : old?.row;
    const next = projection.on[event.type]?.(before, event);
    if (next === undefined) return;
    if (next !== null) checkRow(projection, checked, { key, before, next });
    changed.set(key, next === null ? null : withKey(next, keyColumn, key));
  });
  return [...changed].map(([key, row]) => ({ key, row, ...revisionOf(found, key) }));
}

/** Only a target that gives revisions is held to them. */
function revisionOf(found: ReadonlyMap<string, FoundRow>, key: string): Pick<RowWrite, "revision"> {
  const revision = found.get(key)?.revision;
  return revision === undefined ? {} : { revision };
}

/** The key of each event; nothing for those that the projection passes over. */
function keysOf(projection: Table, events: readonly PagedEvent[]): (string | undefined)[] {
  const keys: (string | undefined)[] = [];
  handleEach(projection, events, (event) => {
    const key = projection.key(event);
    if (key !== undefined && (typeof key !== "string" || key === "")) {
      throw new InvalidRowError(`key(event) gave ${JSON.stringify(key)}; expected text.`);
    }
    keys.push(key);
  });
  return keys;
}

/** Handlers that spread the row they got return its key as well, and nearly all do. */
function withKey(row: Row, keyColumn: string, key: string): Row {
  return row[keyColumn] === key ? row : { ...row, [keyColumn]: key };
}

type CheckedColumns = readonly (readonly [name: string, declared: Column])[];

/** JSON is left to the target, which has to make text of it anyway. */
function checkedColumns(columns: Columns): CheckedColumns {
  return Object.entries(columns).filter(([, { key, type }]) => !key && type !== "json");
}

interface Change {
  readonly key: string;
  readonly before: Row | undefined;
  readonly next: Row;
}

/**
 * Each event's row is checked, although only the last of a step is written: else it would depend on the size of steps whether an event
 * fails. What the row had before was checked then.
 */
function checkRow({ name }: Table, checked: CheckedColumns, { key, before, next }: Change): void {
  for (const [column, declared] of checked) {
    const value = next[column];
    if (before !== undefined && value === before[column]) continue;
    const problem = columnProblem(declared, value);
    if (problem) throw new InvalidRowError(`read model "${name}", key "${key}", column "${column}": ${problem}.`);
  }
}

function foldFacts(projection: Facts, events: readonly PagedEvent[]): FactWrite[] {
  const facts: FactWrite[] = [];
  handleEach(projection, events, (event) => {
    const made = projection.on[event.type]?.(event) ?? [];
    const rows: readonly Row[] = Array.isArray(made) ? made : [made];
    for (const [index, row] of rows.entries()) facts.push({ position: event.position, index, row });
  });
  return facts;
}

function keyColumnOf(columns: Columns): string {
  return Object.keys(columns).find((name) => columns[name]?.key) as string;
}

/** Hands over one event after the other, and names the event in whatever is thrown. */
function handleEach(
  projection: Named,
  events: readonly PagedEvent[],
  handle: (event: RecordedEvent, index: number) => void,
): void {
  let index = 0;
  try {
    for (; index < events.length; index++) handle((events[index] as PagedEvent).recorded, index);
  } catch (cause) {
    throw new EventFailedError(`projection "${projection.name}"`, events[index] as PagedEvent, cause);
  }
}
