/** What lines come to. Nothing is imported at run time, so that the page can use it too. */
import type { Line } from "./line.ts";

export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
}

/** How many of each product, over all lines. */
export function quantities(lines: readonly Line[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { product, quantity } of lines) sums.set(product, (sums.get(product) ?? 0) + quantity);
  return sums;
}
