/** Writes steps of projections: rows or facts, and the checkpoint, in one transaction. */
import { type DuckDBConnection, type DuckDBValue, LIST, listValue, VARCHAR } from "@duckdb/node-api";
import type { Column } from "foldstream";
import type { FactWrite, ReadModel, ReadModelWrite, Row, WriteResult } from "foldstream/port";
import { type Database, rowsOf } from "../database/database.ts";
import { append } from "./column-value.ts";
import { leaseOf } from "./duckdb-leases.ts";
import { park } from "./duckdb-parking.ts";
import { encodeRow } from "./row-codec.ts";
import { keyColumn, quoted, tableName } from "./sql-name.ts";

/** A step with its values made, which is where what a column cannot hold is refused. */
interface EncodedStep extends Omit<ReadModelWrite, "rows" | "facts"> {
  /** Of rows that are removed or written. */
  readonly keys: readonly string[];
  /** Places to be emptied first. */
  readonly cleared: readonly FactWrite[];
  /** To be added. */
  readonly facts: readonly FactWrite[];
  /** Of rows and of facts to be added, in the order of the declared columns. */
  readonly values: readonly DuckDBValue[][];
}

export async function writeStep(database: Database, model: ReadModel, step: ReadModelWrite): Promise<WriteResult> {
  const encoded = encode(model, step);
  return database.write<WriteResult>(async (connection, undo) => {
    const refusal = await refusalOf(connection, model, encoded);
    if (refusal) return undo(refusal);
    await remove(connection, model, encoded);
    if (encoded.values.length > 0) await add(connection, model, encoded);
    await park(connection, model, encoded.parked ?? []);
    await moveCheckpoint(connection, model, encoded);
    return { ok: true };
  });
}

export async function checkpointOf(connection: DuckDBConnection, model: ReadModel, partition: string): Promise<number> {
  const sql = "SELECT position FROM foldstream.checkpoints WHERE read_model = $1 AND partition = $2";
  const [row] = await rowsOf(connection, { sql, values: [tableName(model), partition] });
  return Number(row?.[0] ?? 0);
}

function encode(model: ReadModel, { rows, facts, ...step }: ReadModelWrite): EncodedStep {
  const kept = rows.filter(({ row }) => row !== null);
  const added = facts.filter(({ row }) => row !== null);
  const values = [
    ...kept.map(({ key, row }) => encodeRow(model, row as Row, key)),
    ...added.map(({ row }) => encodeRow(model, row as Row)),
  ];
  // A step that moves on adds facts beyond the checkpoint, where none can be.
  const cleared = facts.filter(({ position }) => step.next === step.expected || position <= step.expected);
  return { ...step, keys: rows.map(({ key }) => key), cleared, facts: added, values };
}

async function refusalOf(
  connection: DuckDBConnection,
  model: ReadModel,
  { epoch, partition, expected }: EncodedStep,
): Promise<WriteResult | undefined> {
  if (epoch !== undefined && (await leaseOf(connection, model))?.epoch !== epoch)
    return { ok: false, reason: "lease-lost" };
  const actual = await checkpointOf(connection, model, partition);
  return actual === expected ? undefined : { ok: false, reason: "checkpoint-moved", actual };
}

/** What is written again is removed first. */
async function remove(connection: DuckDBConnection, model: ReadModel, step: EncodedStep): Promise<void> {
  if (step.keys.length > 0) {
    const sql = `DELETE FROM ${quoted(tableName(model))} WHERE ${quoted(keyColumn(model))} IN (SELECT unnest($1))`;
    await connection.run(sql, [listValue([...step.keys])], [LIST(VARCHAR)]);
  }
  const sql = `DELETE FROM ${quoted(tableName(model))} WHERE "~partition" = $1 AND "~position" = $2 AND "~index" = $3`;
  for (const { position, index } of step.cleared) await connection.run(sql, [step.partition, BigInt(position), index]);
}

async function add(connection: DuckDBConnection, model: ReadModel, step: EncodedStep): Promise<void> {
  const columns = Object.values(model.columns);
  const appender = await connection.createAppender(tableName(model));
  try {
    for (const [at, values] of step.values.entries()) {
      const fact = step.facts[at];
      if (fact) {
        appender.appendVarchar(step.partition);
        appender.appendBigInt(BigInt(fact.position));
        appender.appendInteger(fact.index);
      }
      for (const [index, value] of values.entries()) append(appender, columns[index] as Column, value);
      appender.endRow();
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

async function moveCheckpoint(
  connection: DuckDBConnection,
  model: ReadModel,
  { partition, next }: EncodedStep,
): Promise<void> {
  const values = [tableName(model), partition, BigInt(next)];
  await connection.run("INSERT OR REPLACE INTO foldstream.checkpoints VALUES ($1, $2, $3)", values);
}
