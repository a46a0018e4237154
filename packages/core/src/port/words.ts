/** The words of a text, for search: the same on every target that does not make its own. */

/** Letters and digits, without case and diacritics. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
