/** What is drawn: plain data, from which the library of `installed/draw.ts` makes SVG. */

/** Horizontal bars, each panel with a scale of its own. */
export interface BarPanel {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly text: string }[];
}

/** Lines over a logarithmic axis. */
export interface LinePanel {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly points: readonly { readonly series: string; readonly x: number; readonly y: number }[];
}

export interface Draw {
  bars(panels: readonly BarPanel[]): Promise<string>;
  lines(panels: readonly LinePanel[]): Promise<string>;
}

/** It is installed with the peers. */
export async function loadDraw(): Promise<Draw> {
  return import(new URL("../installed/draw.ts", import.meta.url).href);
}
