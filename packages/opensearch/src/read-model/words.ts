/**
 * Words for search, made here and not by an analyzer: what removes diacritics from all scripts is a plugin that may be missing, and so a search
 * finds the same rows as on any other target.
 */
import { wordsOf } from "foldstream/port";

/** The service takes longer words apart (docs: "Whitespace tokenizer"). */
const longestWord = 255;

export function indexedWords(text: string): string[] {
  return wordsOf(text).map((word) => word.slice(0, longestWord));
}
