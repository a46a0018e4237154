/** Queries: typed questions to read models. */
import type { ReadModelReader, SqlReader } from "../port/read-model-store.ts";
import { checkName } from "./aggregate.ts";
import type { RowOf } from "./column.ts";
import type { Principal } from "./event.ts";
import type { AnyProjection, FactProjection, TableProjection } from "./projection.ts";
import type { Input, Output, Schema } from "./schema.ts";

/** The rows of a projection, as they are read. */
export type ProjectionRow<P extends AnyProjection> =
  P extends TableProjection<string, infer _From, infer C>
    ? RowOf<C>
    : P extends FactProjection<string, infer _F, infer C>
      ? RowOf<C>
      : never;

/** What a query reads from: one reader per projection it names, and SQL where the target speaks it. */
export interface QueryContext<From extends readonly AnyProjection[]> {
  readonly read: { readonly [P in From[number] as P["name"]]: ReadModelReader<ProjectionRow<P>> };
  /** Read-only SQL over the same read models, on targets that have it; see `@foldstream/sql` for the typed builder. */
  readonly sql: SqlReader | undefined;
  readonly principal?: Principal;
}

export interface Query<
  Name extends string = string,
  In extends Schema = Schema,
  From extends readonly AnyProjection[] = readonly AnyProjection[],
  Out = unknown,
> {
  readonly kind: "query";
  readonly name: Name;
  readonly input: In;
  /** Describes the answer, in OpenAPI and for clients. */
  readonly output?: Schema | undefined;
  /** The projections it reads. A consistency token waits for these. */
  readonly from: From;
  readonly run: (input: Output<In>, context: QueryContext<From>) => Promise<Out>;
}

// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant, so only `any` accepts every query
export type AnyQuery = Query<string, any, any, any>;
export type QueryInput<Q extends AnyQuery> = Input<Q["input"]>;
export type QueryOutput<Q extends AnyQuery> = Awaited<ReturnType<Q["run"]>>;

export interface QueryOptions<In extends Schema, From extends readonly AnyProjection[], Out> {
  readonly input: In;
  readonly output?: Schema;
  readonly from: From;
  readonly run: (input: Output<NoInfer<In>>, context: QueryContext<NoInfer<From>>) => Promise<Out>;
}

/**
 * Declares a query. The types of its input and answer are inferred.
 * @throws DefinitionError when the name is malformed.
 */
export function query<const Name extends string, In extends Schema, const From extends readonly AnyProjection[], Out>(
  name: Name,
  options: QueryOptions<In, From, Out>,
): Query<Name, In, From, Out> {
  checkName("query", name);
  return { kind: "query", name, ...options };
}
