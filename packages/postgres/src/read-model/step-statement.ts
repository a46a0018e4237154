/** The statement of a step: checkpoint, rows and facts, all of it or nothing, in one round trip. */
import type { ReadModel } from "foldstream/port";
import { quoted } from "../database/sql-name.ts";
import { arrayType, received } from "./column-type.ts";
import { keyColumn, placeColumns, primaryKey, searchColumn, tableIn } from "./relation-name.ts";

/** What a step has, which decides its statement. */
export interface StepShape {
  /** It starts from checkpoint 0, which may not be there yet. */
  readonly first: boolean;
  readonly fenced: boolean;
  readonly removes: boolean;
  /** Takes facts out again. */
  readonly withdraws: boolean;
  readonly puts: boolean;
  readonly parks: boolean;
  readonly frees: boolean;
}

/**
 * `held` finds and keeps the lease, `moved` moves the checkpoint if it is where the step began, and everything else is written only if `moved`
 * has a row. What others have changed meanwhile is waited for and looked at again, as READ COMMITTED does: so of several at the
 * same checkpoint one moves it, and a takeover of the lease comes either before the step, which then does nothing, or after it.
 *
 * Parameters: projection, version, build, partition, expected and next checkpoint; then, as the step has them, the epoch, the keys to
 * remove, the positions and indexes of facts to remove, an array for each column, arrays of the streams, partitions and entries to park, and
 * the streams to free. The answer is one row if the step was taken, else none.
 */
export function stepStatement(schema: string, model: ReadModel, shape: StepShape): string {
  const at = quoted(schema);
  const table = tableIn(schema, model);
  let parameter = 6;
  const parts: string[] = [];
  if (shape.fenced) parts.push(`held AS (${holdLease(at, ++parameter)})`);
  parts.push(`moved AS (${moveCheckpoint(at, shape)})`);
  if (shape.removes)
    parts.push(
      `removed AS (DELETE FROM ${table} WHERE ${quoted(keyColumn(model))} = ANY ($${++parameter}::text[]) AND ${onlyIf("moved")})`,
    );
  if (shape.withdraws)
    parts.push(`withdrawn AS (${withdrawFacts(table, ++parameter, ++parameter)} AND ${onlyIf("moved")})`);
  if (shape.puts) parts.push(`put AS (${putRows(table, model, parameter + 1)})`);
  if (shape.puts) parameter += columnsSent(model).length;
  if (shape.parks) parts.push(`parked AS (${parkStreams(at, parameter + 1)})`);
  if (shape.parks) parameter += 3;
  if (shape.frees)
    parts.push(
      `freed AS (DELETE FROM ${at}.foldstream_parked WHERE ${ofBuild} AND stream = ANY ($${++parameter}::text[]) AND ${onlyIf("moved")})`,
    );
  return `WITH ${parts.join(",\n")}\nSELECT FROM moved`;
}

const ofBuild = "projection = $1 AND version = $2 AND build = $3";

function onlyIf(part: string): string {
  return `EXISTS (SELECT FROM ${part})`;
}

function withdrawFacts(table: string, positions: number, indexes: number): string {
  const [partition, position, index] = placeColumns.map(quoted);
  const places = `SELECT * FROM unnest($${positions}::bigint[], $${indexes}::bigint[])`;
  return `DELETE FROM ${table} WHERE ${partition} = $4 AND (${position}, ${index}) IN (${places})`;
}

/** Whoever takes the lease over waits for steps that hold it so. */
function holdLease(at: string, epoch: number): string {
  return `SELECT FROM ${at}.foldstream_leases WHERE ${ofBuild} AND epoch = $${epoch} FOR SHARE`;
}

function moveCheckpoint(at: string, { first, fenced }: StepShape): string {
  const held = fenced ? onlyIf("held") : "true";
  if (!first)
    return `UPDATE ${at}.foldstream_checkpoints SET position = $6
    WHERE ${ofBuild} AND partition = $4 AND position = $5 AND ${held} RETURNING position`;
  return `INSERT INTO ${at}.foldstream_checkpoints AS c (projection, version, build, partition, position)
    SELECT $1, $2::integer, $3::integer, $4, $6::bigint WHERE ${held}
    ON CONFLICT (projection, version, build, partition) DO UPDATE SET position = excluded.position WHERE c.position = $5 RETURNING position`;
}

function putRows(table: string, model: ReadModel, first: number): string {
  const columns = columnsSent(model);
  const names = columns.map(({ name }) => quoted(name));
  const arrays = columns.map(({ array }, index) => `$${first + index}::${array}`);
  const aliases = columns.map((_, index) => `c${index}`);
  const values = columns.map(({ value }, index) => value(`r.c${index}`));
  const key = primaryKey(model);
  const updates = names.filter((name) => !key.map(quoted).includes(name)).map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO ${table} (${names.join(", ")})
    SELECT ${values.join(", ")} FROM unnest(${arrays.join(", ")}) AS r (${aliases.join(", ")}) WHERE ${onlyIf("moved")}
    ON CONFLICT (${key.map(quoted).join(", ")}) ${updates.length > 0 ? `DO UPDATE SET ${updates.join(", ")}` : "DO NOTHING"}`;
}

function parkStreams(at: string, first: number): string {
  return `INSERT INTO ${at}.foldstream_parked (projection, version, build, stream, partition, entry)
    SELECT $1, $2::integer, $3::integer, p.* FROM unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::text[]) AS p WHERE ${onlyIf("moved")}
    ON CONFLICT (projection, version, build, stream) DO UPDATE SET partition = excluded.partition, entry = excluded.entry`;
}

interface SentColumn {
  readonly name: string;
  /** Type of the array that carries it. */
  readonly array: string;
  /** One of its values, as the column takes it. */
  value(expression: string): string;
}

const placeTypes = ["text[]", "bigint[]", "bigint[]"] as const;

/** In the order in which rows are encoded. */
function columnsSent(model: ReadModel): SentColumn[] {
  const asItIs = (expression: string) => expression;
  const place = placeColumns.map((name, index) => ({ name, array: placeTypes[index] as string, value: asItIs }));
  const own = Object.entries(model.columns).map(([name, column]) => ({
    name,
    array: arrayType(column),
    value: (expression: string) => received(column, expression),
  }));
  const search = { name: searchColumn, array: "text[]", value: (expression: string) => `${expression}::tsvector` };
  return [...(model.kind === "facts" ? place : []), ...own, ...(model.search.length > 0 ? [search] : [])];
}
