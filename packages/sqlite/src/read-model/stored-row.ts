/** Rows as they are stored, read with the suspicion of an audit: what no write of ours leaves is a problem, not a value. */
import { type Column, columnProblem } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";

export type StoredValue = string | number | bigint | null | Uint8Array;

/** The row of the values of the declared columns, in their order; or what keeps it from being one. */
export function decodeStored({ columns }: ReadModel, values: readonly StoredValue[]): Row | string {
  const row: Record<string, unknown> = {};
  for (const [index, [name, column]] of Object.entries(columns).entries()) {
    const value = decode(column, values[index] as StoredValue);
    const problem = value instanceof Unreadable ? value.problem : columnProblem(column, value);
    if (problem) return `column "${name}": ${problem}`;
    row[name] = value;
  }
  return row;
}

class Unreadable {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

function decode(column: Column, value: StoredValue): unknown {
  if (column.type === "json") return parsed(value);
  if (column.type === "boolean" && value !== null) return truth(value);
  if (typeof value === "bigint") return wholeNumber(value);
  return value;
}

function parsed(value: StoredValue): unknown {
  if (typeof value !== "string") return new Unreadable(`${kindOf(value)} in a column of type json`);
  try {
    return JSON.parse(value);
  } catch {
    return new Unreadable("text that is not JSON");
  }
}

function truth(value: StoredValue): unknown {
  if (value === 0n || value === 1n) return value === 1n;
  return new Unreadable(`${value} in a column of type boolean`);
}

function wholeNumber(value: bigint): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new Unreadable(`${value}, which is beyond the numbers that are exact`);
}

function kindOf(value: StoredValue): string {
  return value === null ? "NULL" : `a value of type ${typeof value}`;
}
