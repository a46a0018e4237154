/** Queries written in typed SQL. */
import { type AnyProjection, type Output, type Query, type QueryContext, query, type Schema } from "foldstream";
import { SqlUnsupportedError } from "./errors.ts";
import type { ReadModelDatabase } from "./read-model-database.ts";
import { type SelectBuilder, selectBuilder } from "./select-builder.ts";

export interface SqlQueryOptions<In extends Schema, From extends readonly AnyProjection[], Out> {
  readonly input: In;
  /** Describes the answer, in OpenAPI and for clients. */
  readonly output?: Schema;
  /** The projections it reads: the tables that `db` knows. A consistency token waits for these. */
  readonly from: From;
  /** Answers the query. `db` is Kysely over these read models, without what writes; `context` is that of any query. */
  readonly run: (
    input: Output<NoInfer<In>>,
    db: SelectBuilder<ReadModelDatabase<NoInfer<From>>>,
    context: QueryContext<NoInfer<From>>,
  ) => Promise<Out>;
}

/**
 * Declares a query in SQL, built with Kysely: tables, columns and the rows of the answer are typed by the projections it reads.
 * It compiles for the SQL of the target it runs on: SQLite, PostgreSQL or DuckDB.
 *
 * Running it fails with `SqlUnsupportedError` where no one target that speaks SQL holds all that it reads.
 * @throws DefinitionError when the name is malformed.
 */
export function sqlQuery<
  const Name extends string,
  In extends Schema,
  const From extends readonly AnyProjection[],
  Out,
>(name: Name, { run, ...options }: SqlQueryOptions<In, From, Out>): Query<Name, In, From, Out> {
  return query<Name, In, From, Out>(name, {
    ...options,
    run: async (input, context) => {
      if (!context.sql) throw new SqlUnsupportedError(name);
      return run(input, selectBuilder(context.sql), context);
    },
  });
}
