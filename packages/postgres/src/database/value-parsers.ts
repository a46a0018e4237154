/** Values of the server as plain JavaScript values: the driver's own parsers make dates and objects, and text of 8-byte integers. */
import type pg from "pg";

export type ParseValue = (text: string) => unknown;

/** By the type's number in `pg_type`. What is not listed stays text. */
const parsers = new Map<number, ParseValue>([
  [16, (text) => text === "t"], // bool
  [20, Number], // int8
  [21, Number], // int2
  [23, Number], // int4
  [26, Number], // oid
  [700, Number], // float4
  [701, Number], // float8
  [1700, Number], // numeric
]);

const asText = (text: string) => text;

export function parserOf(type: number): ParseValue {
  return parsers.get(type) ?? asText;
}

export const valueParsers = { getTypeParser: parserOf } as pg.CustomTypesConfig;
