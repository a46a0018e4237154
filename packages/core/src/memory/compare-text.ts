/** The order of text that engines agree on: by code point, which is also the order of its UTF-8 bytes, whatever the locale. */
export function compareText(left: string, right: string): number {
  let index = 0;
  while (index < left.length && left[index] === right[index]) index++;
  return rank(left, index) - rank(right, index);
}

/** Surrogates stand for code points beyond all other code units, although their own numbers do not. The end comes first. */
function rank(text: string, index: number): number {
  if (index >= text.length) return -1;
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
