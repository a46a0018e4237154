/** The database type that Kysely checks queries against, inferred from projections. */
import type { AnyProjection, ProjectionRow } from "foldstream";

/**
 * A column's value as SQL gives it back. Text, timestamps (ISO 8601) and numbers come as they are; a boolean is 0 or 1 on SQLite;
 * JSON is its text on SQLite. The engine's value is passed on, since nothing can be told of the columns of an expression.
 */
export type SqlValue<T> = T extends string | number | null ? T : T extends boolean ? boolean | 0 | 1 : T | string;

/** One table per projection, under the projection's name. */
export type ReadModelDatabase<From extends readonly AnyProjection[]> = {
  readonly [P in From[number] as P["name"]]: { readonly [C in keyof ProjectionRow<P>]: SqlValue<ProjectionRow<P>[C]> };
};
