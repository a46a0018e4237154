/** Values as text that sorts as they do, in the order of UTF-8 bytes, which is DynamoDB's order of sort keys. */
import type { Column } from "foldstream";

/** Ends a value, and sorts before everything that a value holds. */
export const end = "\u0000";

/** Null first, false before true, numbers by size, text by code point. Distinct for distinct values, and without `end`. */
export function sortable({ type }: Column, value: unknown): string {
  if (value === null) return "-";
  if (type === "boolean") return value ? "=1" : "=0";
  if (type === "integer" || type === "real") return `=${sortableNumber(value as number)}`;
  return `=${escaped(type === "json" ? JSON.stringify(value) : (value as string))}`;
}

/** The bits of the double; those of negative numbers turned over, the sign of others set (IEEE 754). */
function sortableNumber(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigUint64(0);
  const sign = 1n << 63n;
  const sorted = bits & sign ? ~bits & (2n * sign - 1n) : bits | sign;
  return sorted.toString(16).padStart(16, "0");
}

function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the two that must not stand for themselves.
  return text.replace(/[\u0000\u0001]/g, (character) => (character === end ? "\u0001\u0001" : "\u0001\u0002"));
}
