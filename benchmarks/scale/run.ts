/** `npm run bench -- scale`: what grows with the log, its streams, projections and processes, and what does not. */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import type { BenchEngine } from "../engines/bench-engine.ts";
import { openEngine } from "../engines/open-engine.ts";
import { type BenchmarkEnvironment, environment } from "../environment.ts";
import { install } from "../peers/install.ts";
import { axes } from "./axes.ts";
import type { Growth } from "./axis.ts";
import { readScaleOptions, type ScaleOptions, usage } from "./options.ts";
import { type ScaleResults, type ScaleRow, scaleTable } from "./results.ts";
import { writeScaleReport } from "./write-report.ts";

export async function runScale(args: readonly string[]): Promise<void> {
  const options = readScaleOptions(args);
  if (options === "help") return console.log(usage);
  const progress = (line: string) => console.error(line);
  // What draws the plots comes with the peers.
  if (options.report) install(progress);
  const results = await measured(options, progress);
  if (options.report) await writeScaleReport(results, options.report);
  console.log(options.json ? JSON.stringify(results, null, 2) : scaleTable(results));
}

async function measured(options: ScaleOptions, progress: (line: string) => void): Promise<ScaleResults> {
  const [loadBefore = 0] = loadavg();
  const environments: BenchmarkEnvironment[] = [];
  const rows: ScaleRow[] = [];
  for (const name of options.engines) {
    const bench = await openEngine(name, options.data);
    try {
      environments.push(environment(options.data, bench.conditions));
      for (const axis of axes.filter(({ name: known }) => options.axes.includes(known)))
        for await (const point of axis.points(growthOn(bench, options))) {
          progress(
            `${name}, ${axis.about}: ${point.x.toLocaleString("en")}, ${point.series}: ${point.y.toPrecision(3)} ${point.unit}`,
          );
          rows.push({ engine: name, axis: axis.name, ...point, y: Number(point.y.toPrecision(3)) });
        }
    } finally {
      await bench.stop();
    }
  }
  return { scale: options.scale, loadBefore, environments, rows };
}

function growthOn(bench: BenchEngine, { data, scale, largest }: ScaleOptions): Growth {
  const newPlace = async () => {
    const folder = mkdtempSync(join(data, "foldstream-scale-"));
    const place = await bench.place(folder);
    const drop = async () => {
      await place.drop();
      rmSync(folder, { recursive: true, force: true });
    };
    return { ...place, drop };
  };
  return { newPlace, scale, largest };
}
