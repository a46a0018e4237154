/** Values of SQL from outside, as read models give them: instants as ISO text with milliseconds, JSON parsed. */
import type pg from "pg";
import { valueParsers } from "../database/value-parsers.ts";

/** The types' numbers in `pg_type`. */
const json = 114;
const jsonb = 3802;
const timestamptz = 1184;

/** Anything else as `Session` gives it: numbers, booleans, and text. */
export const selectedValues = {
  getTypeParser(type: number) {
    if (type === json || type === jsonb) return JSON.parse;
    return type === timestamptz ? instant : valueParsers.getTypeParser(type);
  },
} as pg.CustomTypesConfig;

/** From `2025-11-21 19:04:05.678+00`. Infinity, and years before 1 or beyond 9999, stay PostgreSQL's text. */
function instant(text: string): string {
  if (!/^\d{4}-.*\+00$/.test(text)) return text;
  return new Date(`${text.slice(0, -3).replace(" ", "T")}Z`).toISOString();
}
