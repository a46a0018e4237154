/** Writes the steps of one read model. */
import type { ReadModel, ReadModelWrite, WriteResult } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { explainTooLong } from "./index-limit.ts";
import { identity } from "./relation-name.ts";
import { type EncodeStep, parkedColumns, stepEncoder } from "./step-columns.ts";
import { type StepShape, stepStatement } from "./step-statement.ts";

export type WriteStep = (step: ReadModelWrite) => Promise<WriteResult>;

export function stepWriter(database: Database, model: ReadModel): WriteStep {
  const encode: EncodeStep = stepEncoder(model);
  const statements = new Map<string, string>();
  const statementOf = (shape: StepShape) => {
    const id = Object.values(shape).join();
    const known = statements.get(id) ?? stepStatement(database.schema, model, shape);
    statements.set(id, known);
    return known;
  };
  return async (step) => {
    const { removed, withdrawn, columns, count } = encode(step);
    const { partition, expected, next, epoch } = step;
    const { parking, freed } = parkedColumns(step);
    const shape = {
      first: expected === 0,
      fenced: epoch !== undefined,
      removes: removed.length > 0,
      withdraws: withdrawn[0].length > 0,
      puts: count > 0,
      parks: parking.length > 0,
      frees: freed.length > 0,
    };
    const values = [
      ...[...identity(model), partition, expected, next],
      ...(shape.fenced ? [epoch] : []),
      ...(shape.removes ? [removed] : []),
      ...(shape.withdraws ? withdrawn : []),
      ...(shape.puts ? columns : []),
      ...parking,
      ...(shape.frees ? [freed] : []),
    ];
    try {
      const taken = await database.rows(statementOf(shape), values);
      return taken.length > 0 ? { ok: true } : await whyNot(database, model, step);
    } catch (error) {
      throw explainTooLong(error, model, step);
    }
  };
}

/** What kept the step from being taken, as it is now. */
async function whyNot(database: Database, model: ReadModel, step: ReadModelWrite): Promise<WriteResult> {
  const at = quoted(database.schema);
  const [row] = await database.rows<[position: number | null, epoch: number | null]>(
    `SELECT (SELECT position FROM ${at}.foldstream_checkpoints WHERE projection = $1 AND version = $2 AND build = $3 AND partition = $4),
      (SELECT epoch FROM ${at}.foldstream_leases WHERE projection = $1 AND version = $2 AND build = $3)`,
    [...identity(model), step.partition],
  );
  const [position, epoch] = row ?? [null, null];
  if (step.epoch !== undefined && step.epoch !== epoch) return { ok: false, reason: "lease-lost" };
  return { ok: false, reason: "checkpoint-moved", actual: position ?? 0 };
}
