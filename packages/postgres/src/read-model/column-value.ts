/** Values of columns between the port's form and PostgreSQL's. */
import { type Column, columnProblem } from "foldstream";
import type { SqlValue } from "../database/array-literal.ts";

/** A value that the column cannot hold, and why. */
export class Unfit {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/** What is sent for a column's value, in rows and in comparisons alike. */
export function sqlValue(column: Column, value: unknown): SqlValue | Unfit {
  const problem = columnProblem(column, value) ?? problemOfType(column, value);
  if (problem !== undefined) return new Unfit(problem);
  if (column.type !== "json") return value as SqlValue;
  const text = JSON.stringify(value);
  return unstorableJson.test(text) ? new Unfit(`U+0000 or an unpaired surrogate${cannotStore}`) : text;
}

/** A column's value of what was read. */
export function columnValue({ type }: Column, value: SqlValue): unknown {
  return type === "json" ? JSON.parse(value as string) : value;
}

/** True for what can stand in a text column, and so for every key that a row can have. */
export function isStorableText(text: string): boolean {
  return textProblem(text) === undefined;
}

const cannotStore = ", which PostgreSQL cannot store";

/** `JSON.stringify` escapes these, with an even number of backslashes before. */
const unstorableJson = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function problemOfType({ type }: Column, value: unknown): string | undefined {
  if (value === null) return undefined;
  if (type === "text") return textProblem(value as string);
  return type === "timestamp" ? timestampProblem(value as string) : undefined;
}

/** Texts that differ only in unpaired surrogates would become the same one in UTF-8. */
function textProblem(text: string): string | undefined {
  if (text.includes("\0")) return `U+0000${cannotStore}`;
  return text.isWellFormed() ? undefined : `an unpaired surrogate${cannotStore}`;
}

/** The column's shape lets through the 30th of February, and the year 0, which PostgreSQL's calendar does not have. */
function timestampProblem(text: string): string | undefined {
  return plainInstant.test(text) || isInstant(text)
    ? undefined
    : `"${text}" is not an instant of the calendar from the year 1`;
}

/** On a day that every month has: most are, and `Date` takes ten times as long to say so. */
const plainInstant = /^(?!0000)....-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d/;

function isInstant(text: string): boolean {
  const instant = Date.parse(text);
  return !Number.isNaN(instant) && new Date(instant).toISOString() === text && !text.startsWith("0000");
}
