/**
 * Words for full-text search, made here and not by PostgreSQL: its parser takes `no_such-thing` and addresses apart in ways of its own, and what
 * removes diacritics there is an extension that may be missing. So a search finds the same rows as on any other engine.
 */

/** PostgreSQL holds words of up to 2,046 bytes; longer ones are found by their beginning. */
const longestWord = 500;

/** A row's words must stay below 1 MB together. What comes after that is not found. */
const mostBytes = 1_000_000;

/** Only these weights exist; from the fourth column on all share the last. */
const weights = ["A", "B", "C", "D"] as const;

/** Letters and digits, without case and diacritics. */
export function wordsOf(text: string): string[] {
  const words = text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return words?.map((word) => word.slice(0, longestWord)) ?? [];
}

/** The text of a `tsvector`: each word once a column, with where it stands there and the column's weight. */
export function searchVector(texts: readonly string[]): string {
  const entries = new Map<string, string>();
  let position = 0;
  let bytes = 0;
  for (const [column, text] of texts.entries()) {
    const weight = weights[column] ?? "D";
    for (const word of new Set(wordsOf(text))) {
      position++;
      bytes += Buffer.byteLength(word) + 8;
      if (bytes > mostBytes) break;
      const before = entries.get(word);
      entries.set(word, `${before === undefined ? `'${word}':` : `${before},`}${position}${weight}`);
    }
  }
  return [...entries.values()].join(" ");
}

/** The text of a `tsquery` for rows that hold a word beginning with each word; nothing when there are no words. */
export function searchQuery(text: string): string | undefined {
  const words = new Set(wordsOf(text));
  return words.size === 0 ? undefined : [...words].map((word) => `'${word}':*`).join(" & ");
}
