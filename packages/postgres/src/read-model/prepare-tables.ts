/** Creates what read models need, and refuses a table whose columns are no longer those declared. */
import { StoreFailureError } from "foldstream";
import type { ReadModel } from "foldstream/port";
import type { Session } from "../database/database.ts";
import type { PooledSession } from "../database/pooled-session.ts";
import { literal, quoted } from "../database/sql-name.ts";
import { columnDefinition, typeName } from "./column-type.ts";
import { checkNames, indexName, placeColumns, primaryKey, searchColumn, tableIn, tableName } from "./relation-name.ts";

/** One process at a time prepares a schema, until its transaction ends. */
export async function lockPreparation(session: Session, schema: string): Promise<void> {
  await session.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`foldstream read models of ${schema}`]);
}

/** Runs inside a transaction that holds the lock. Where all is there already, it takes no lock that readers or writers would notice. */
export async function prepareTable(session: PooledSession, schema: string, model: ReadModel): Promise<void> {
  checkNames(model);
  const found = await columnsOf(session, schema, tableName(model));
  if (found.length === 0) await createTable(session, schema, model);
  else checkColumns(model, found);
  await createIndexes(session, schema, model);
}

/** Name, type and nullability of each column in order, and the comment on it. */
async function columnsOf(
  session: Session,
  schema: string,
  table: string,
): Promise<[column: string, comment: string | null][]> {
  return session.rows(
    `SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
      col_description(c.oid, a.attnum)
    FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = $1 AND c.relname = $2 ORDER BY a.attnum`,
    [schema, table],
  );
}

const placeTypes = [`text COLLATE "C" NOT NULL`, "bigint NOT NULL", "bigint NOT NULL"] as const;

async function createTable(session: PooledSession, schema: string, model: ReadModel): Promise<void> {
  const table = tableIn(schema, model);
  const place = model.kind === "facts" ? placeColumns.map((name, index) => `${quoted(name)} ${placeTypes[index]}`) : [];
  const columns = Object.entries(model.columns).map(([name, column]) => `${quoted(name)} ${columnDefinition(column)}`);
  const search = model.search.length > 0 ? [`${quoted(searchColumn)} tsvector NOT NULL`] : [];
  const key = `PRIMARY KEY (${primaryKey(model).map(quoted).join(", ")})`;
  await session.run(`CREATE TABLE ${table} (${[...place, ...columns, ...search, key].join(", ")})`);
  if (model.search.length === 0) return;
  await session.run(`COMMENT ON COLUMN ${table}.${quoted(searchColumn)} IS ${literal(wordsOfColumns(model))}`);
  await session.run(`CREATE INDEX ON ${table} USING gin (${quoted(searchColumn)})`);
}

/** What the search column was made of. */
function wordsOfColumns({ search }: ReadModel): string {
  return `words of ${search.join(", ")}`;
}

function checkColumns(model: ReadModel, found: readonly (readonly [string, string | null])[]): void {
  const place =
    model.kind === "facts" ? ["~partition text NOT NULL", "~position bigint NOT NULL", "~index bigint NOT NULL"] : [];
  const declared = Object.entries(model.columns).map(
    ([name, column]) => `${name} ${typeName(column)}${column.nullable ? "" : " NOT NULL"}`,
  );
  const search = model.search.length > 0 ? [`${searchColumn} tsvector NOT NULL (${wordsOfColumns(model)})`] : [];
  const wanted = [...place, ...declared, ...search].join(", ");
  const actual = found.map(([column, comment]) =>
    column.startsWith(`${searchColumn} `) ? `${column} (${comment})` : column,
  );
  if (actual.join(", ") === wanted) return;
  throw new StoreFailureError(
    `postgres: read model "${model.name}" version ${model.version} exists with other columns. Declared: ${wanted}. ` +
      `Found: ${actual.join(", ")}. Raise the projection's version.`,
  );
}

/** Sorted as readers sort: null before everything, which for columns that are never null would only hide the index from SQL by hand. */
async function createIndexes(session: PooledSession, schema: string, model: ReadModel): Promise<void> {
  for (const columns of model.indexes) {
    const name = indexName(model, columns);
    const [exists] = await session.rows("SELECT FROM pg_indexes WHERE schemaname = $1 AND indexname = $2", [
      schema,
      name,
    ]);
    if (exists) continue;
    const sorted = columns.map((column) => `${quoted(column)}${model.columns[column]?.nullable ? " NULLS FIRST" : ""}`);
    const table = tableIn(schema, model);
    await session.run(`CREATE INDEX ${quoted(name)} ON ${table} (${sorted.join(", ")})`);
  }
}
