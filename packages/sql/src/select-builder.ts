/** Kysely's builder over the read-only SQL of a target. */

import type { SqlReader } from "foldstream/port";
import {
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import { ReadOnlyDriver } from "./read-only-driver.ts";

/** The part of Kysely that reads. Writing does not type-check here, and the target refuses what types cannot see. */
export type SelectBuilder<Database> = Pick<
  ReadonlyKysely<Database>,
  "selectFrom" | "selectNoFrom" | "with" | "withRecursive" | "fn" | "case" | "dynamic"
>;

/** One builder per reader: making one costs more than a small query. */
const builders = new WeakMap<SqlReader, Kysely<unknown>>();

export function selectBuilder<Database>(reader: SqlReader): SelectBuilder<Database> {
  const known = builders.get(reader) ?? new Kysely<unknown>({ dialect: dialectOf(reader) });
  builders.set(reader, known);
  return known as unknown as SelectBuilder<Database>;
}

function dialectOf(reader: SqlReader): Dialect {
  const createDriver = () => new ReadOnlyDriver(reader);
  if (reader.dialect === "sqlite")
    return {
      createDriver,
      createAdapter: () => new ConcurrentSqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (db) => new SqliteIntrospector(db),
    };
  // DuckDB's SQL follows PostgreSQL's, parameters included.
  return {
    createDriver,
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

/** Kysely would queue all SQLite queries behind each other; how they share a file is the target's business. */
class ConcurrentSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
