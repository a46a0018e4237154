/** Columns of read models: the few types that every target can hold. */

export type ColumnType = "text" | "integer" | "real" | "boolean" | "timestamp" | "json";

export interface Column<T = unknown, Key extends boolean = boolean> {
  readonly type: ColumnType;
  /** True for the one column that `t.key()` declares. */
  readonly key: Key;
  readonly nullable: boolean;
  /** Never present at run time; carries the TypeScript type of the values. */
  readonly "~value"?: T;
}

export type Columns = Readonly<Record<string, Column>>;

/** A row as it is read: every column, the key included. */
export type RowOf<C extends Columns> = { readonly [K in keyof C]: C[K] extends Column<infer T> ? T : never };

type KeyColumn<C extends Columns> = { [K in keyof C]: C[K] extends Column<unknown, true> ? K : never }[keyof C];
/** A row as a handler returns it: without the key column, which `key(event)` fills. */
export type NewRow<C extends Columns> = Omit<RowOf<C>, KeyColumn<C>>;

interface ColumnOptions {
  readonly nullable?: boolean;
}
type Nullable<T, O extends ColumnOptions> = O extends { readonly nullable: true } ? T | null : T;

function column<T>(type: ColumnType) {
  return <const O extends ColumnOptions = Record<never, never>>(options?: O): Column<Nullable<T, O>, false> => ({
    type,
    key: false,
    nullable: options?.nullable ?? false,
  });
}

/** Column types. Each but the key takes `{ nullable: true }`. */
export const t = {
  /** The primary key: text, filled from the projection's `key(event)`. Every table has exactly one. */
  key: (): Column<string, true> => ({ type: "text", key: true, nullable: false }),
  text: column<string>("text"),
  /** A whole number within plus or minus 2^53 - 1. */
  integer: column<number>("integer"),
  /** A finite double. */
  real: column<number>("real"),
  boolean: column<boolean>("boolean"),
  /** An instant, as ISO 8601 text in UTC with milliseconds: what `event.recordedAt` holds. */
  timestamp: column<string>("timestamp"),
  /** Any JSON value. Name its type: `t.json<{ city: string }>()`. */
  json: <T = unknown>(): Column<T, false> => ({ type: "json", key: false, nullable: false }),
} as const;

/** Says what is wrong with `value` for a column, or nothing. */
export function columnProblem(column: Column, value: unknown): string | undefined {
  if (value === null)
    return column.nullable || column.type === "json" ? undefined : "null in a column that is not nullable";
  if (value === undefined) return "no value";
  return fits[column.type](value) ? undefined : `${describe(value)} in a column of type ${column.type}`;
}

const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

const fits: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string",
  integer: (value) => Number.isSafeInteger(value),
  real: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === "boolean",
  timestamp: (value) => typeof value === "string" && isoInstant.test(value),
  json: isJson,
};

function describe(value: unknown): string {
  return typeof value === "number" ? `the number ${value}` : `a value of type ${typeof value}`;
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
