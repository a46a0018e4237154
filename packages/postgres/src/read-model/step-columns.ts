/** A step as the arrays that its statement takes, one for each column. */
import type { ReadModel, ReadModelWrite, Row } from "foldstream/port";
import type { SqlValue } from "../database/array-literal.ts";
import { arrayLiteral } from "../database/array-literal.ts";
import { isStorableText } from "./column-value.ts";
import { encoder } from "./row-codec.ts";

interface StepColumns {
  readonly removed: readonly string[];
  /** Positions and indexes of the facts to remove. */
  readonly withdrawn: readonly [positions: readonly number[], indexes: readonly number[]];
  /** An array for each column, with the values of all rows or facts. */
  readonly columns: readonly string[];
  readonly count: number;
}

/** Refuses what a column cannot hold, before anything is sent. */
export type EncodeStep = (step: ReadModelWrite) => StepColumns;

export function stepEncoder(model: ReadModel): EncodeStep {
  const encode = encoder(model);
  return ({ partition, rows, facts }) => {
    // In one order in all processes, so that steps of several partitions with rows in common never wait for each other in a circle.
    const sorted = [...rows].sort((left, right) => (left.key < right.key ? -1 : 1));
    const kept = sorted.filter(({ row }) => row !== null).map(({ key, row }) => encode(row as Row, key));
    const gone = facts.filter(({ row }) => row === null);
    const added = facts
      .filter(({ row }) => row !== null)
      .map(({ position, index, row }) => [partition, position, index, ...encode(row as Row)]);
    const written = model.kind === "facts" ? added : kept;
    const removed = sorted.filter(({ key, row }) => row === null && isStorableText(key)).map(({ key }) => key);
    const withdrawn = [gone.map(({ position }) => position), gone.map(({ index }) => index)] as const;
    return { removed, withdrawn, columns: arraysOf(written), count: written.length };
  };
}

/** Arrays of the streams, partitions and entries to park, if any, and the streams to free. */
export function parkedColumns({ parked = [] }: ReadModelWrite): {
  readonly parking: readonly string[];
  readonly freed: readonly string[];
} {
  const kept = parked.flatMap(({ entry }) => (entry ? [[entry.stream, entry.partition, JSON.stringify(entry)]] : []));
  const freed = parked.filter(({ entry }) => entry === null).map(({ stream }) => stream);
  return { parking: arraysOf(kept), freed };
}

function arraysOf(rows: readonly (readonly SqlValue[])[]): string[] {
  return rows[0]?.map((_, column) => arrayLiteral(rows.map((row) => row[column] as SqlValue))) ?? [];
}
