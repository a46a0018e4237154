/** Writes the report: a page, a plot for each engine, and the results as data. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LinePanel, loadDraw } from "../peers/report/plots.ts";
import { axes } from "./axes.ts";
import { type ScaleResults, type Series, seriesOf } from "./results.ts";

export async function writeScaleReport(results: ScaleResults, folder: string): Promise<void> {
  const draw = await loadDraw();
  const all = seriesOf(results.rows);
  const engines = [...new Set(all.map(({ engine }) => engine))];
  mkdirSync(folder, { recursive: true });
  for (const engine of engines) {
    const own = all.filter((series) => series.engine === engine);
    writeFileSync(join(folder, `${engine}.svg`), await draw.lines(panelsOf(own)));
  }
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, "README.md"), page(results, all, engines));
}

function panelsOf(series: readonly Series[]): LinePanel[] {
  return axes.flatMap(({ name, x, about }) => {
    const own = series.filter(({ axis }) => axis === name);
    const points = own.flatMap(({ series: label, points: each }) => each.map((point) => ({ series: label, ...point })));
    return points.length === 0 ? [] : [{ title: about, x, y: own[0]?.unit ?? "", points }];
  });
}

function page(
  { environments, loadBefore, scale }: ScaleResults,
  all: readonly Series[],
  engines: readonly string[],
): string {
  const [machine] = environments;
  return [
    "# What grows, and what does not\n",
    "Written by `npm run bench -- scale --report benchmarks/report/scale`; the same as data in [results.json](results.json).\n",
    `- ${machine?.date.slice(0, 16).replace("T", " ")} UTC, commit ${machine?.commit}, ${machine?.cpu}, ${machine?.cores} cores, ${machine?.memoryGb} GB, ${machine?.filesystem}, Node ${machine?.node}, load average before ${loadBefore.toFixed(2)}, scale ${scale}`,
    ...environments.map(({ engine }) => `- ${engine.name} ${engine.version}: ${engine.durability}`),
    "\nEach figure is a median; a snapshot is kept every 100 events. Nothing marked constant should grow with what is on the axis.\n",
    ...engines.flatMap((engine) => [
      `## ${engine}\n`,
      `![What grows on ${engine}](${engine}.svg)\n`,
      ...tableOf(all, engine),
      "",
    ]),
  ].join("\n");
}

function tableOf(all: readonly Series[], engine: string): string[] {
  return [
    "| grows | measured | | from | to | growth | |\n|---|---|---|---|---|---|---|",
    ...all
      .filter((series) => series.engine === engine)
      .map(({ axis, series, unit, points, growth, constant }) => {
        const at = (point: { x: number; y: number } | undefined) =>
          `${point?.y.toLocaleString("en")} at ${point?.x.toLocaleString("en")}`;
        const about = axes.find(({ name }) => name === axis)?.x ?? axis;
        return `| ${about} | ${series} | ${unit} | ${at(points[0])} | ${at(points.at(-1))} | ${growth} | ${constant ? "constant" : ""} |`;
      }),
  ];
}
