/**
 * Search by words without an index: DuckDB reads the searched columns whole, which takes about as long as summing them up. Its own index for
 * full text does not follow changes.
 */
import type { ReadModel } from "foldstream/port";
import { quoted } from "./sql-name.ts";

export interface Match {
  readonly condition: string;
  /** Less is better: the place of the first column that holds any of the words. */
  readonly rank: string;
  /** The parameters of both. */
  readonly words: string[];
}

/** Nothing when the text holds no words. Words hold letters and digits only, so they mean nothing in a regular expression. */
export function matching({ search }: ReadModel, text: string): Match | undefined {
  const words = text.normalize("NFC").match(/[\p{L}\p{M}\p{N}]+/gu);
  if (!words) return undefined;
  const columns = search.map((name) => plain(`coalesce(t.${quoted(name)}, '')`));
  const holds = (column: string, word: number) =>
    `regexp_matches(${column}, '(^|[^\\pL\\pN])' || ${plain(`$${word}`)})`;
  const numbers = words.map((_, index) => index + 1);
  const anywhere = (word: number) => `(${columns.map((column) => holds(column, word)).join(" OR ")})`;
  const places = columns.map(
    (column, place) => `WHEN ${numbers.map((word) => holds(column, word)).join(" OR ")} THEN ${place}`,
  );
  return { condition: numbers.map(anywhere).join(" AND "), rank: `CASE ${places.join(" ")} END`, words: [...words] };
}

/** Without case and diacritics. */
function plain(expression: string): string {
  return `lower(strip_accents(${expression}))`;
}
