/** Writes the report: a page, a plot for each engine, and the results as data. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerEngine } from "../places/place.ts";
import { peerEngines } from "../places/place.ts";
import type { PeerResults } from "../results.ts";
import { peerPage } from "./peer-page.ts";
import { panelsOf } from "./peer-plots.ts";
import { loadDraw } from "./plots.ts";

export async function writeReport(results: PeerResults, folder: string): Promise<void> {
  const draw = await loadDraw();
  mkdirSync(folder, { recursive: true });
  const engines = peerEngines.filter((engine) => results.rows.some((row) => row.engine === engine));
  for (const engine of engines) writeFileSync(join(folder, plotOf(engine)), await draw.bars(panelsOf(results, engine)));
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, "README.md"), peerPage(results, engines));
}

function plotOf(engine: PeerEngine): string {
  return `peers-${engine}.svg`;
}
