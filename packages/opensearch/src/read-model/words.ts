/**
 * Words for search, made here and not by an analyzer: what removes diacritics from all scripts is a plugin that may be missing, and so a search
 * finds the same rows as on any other target.
 */

/** The service takes longer words apart (docs: "Whitespace tokenizer"). */
const longestWord = 255;

/** Letters and digits, without case and diacritics. */
export function wordsOf(text: string): string[] {
  const words = text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return words?.map((word) => word.slice(0, longestWord)) ?? [];
}
