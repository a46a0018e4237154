/** A CPU profile as text: where the samples fell, by function. */
import type { Profiler } from "node:inspector";

type Frame = Profiler.ProfileNode["callFrame"];

const shown = 30;

/** Its own work is none of what is measured. */
const profiler = "node:inspector";

/** What V8 calls the time in which nothing was to be done. */
const idle = "(idle)";

/** The functions that took most by themselves, each with its share of the time that was not waited. */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFunction = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id) as Frame;
    if (frame.url === profiler) continue;
    const name = nameOf(frame);
    byFunction.set(name, (byFunction.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const all = [...byFunction.values()].reduce((sum, microseconds) => sum + microseconds, 0);
  const waited = byFunction.get(idle) ?? 0;
  byFunction.delete(idle);
  const busiest = [...byFunction].toSorted(([, left], [, right]) => right - left).slice(0, shown);
  const lines = busiest.map(([name, took]) => `${percent(took, all - waited)}  ${name}`);
  return [`${seconds(all)} s, of which ${percent(waited, all).trim()} % waited. Of the rest, in %:`, "", ...lines].join(
    "\n",
  );
}

function nameOf({ functionName, url, lineNumber }: Frame): string {
  const name = functionName || "(anonymous)";
  return url === "" ? name : `${name}  ${placeOf(url)}:${lineNumber + 1}`;
}

/** From the package on, whatever it is installed in. */
function placeOf(url: string): string {
  return url.replace(/^.*\/node_modules\//, "").replace(/^file:.*\/(packages|benchmarks)\//, "$1/");
}

function percent(part: number, whole: number): string {
  return ((part / whole) * 100).toFixed(1).padStart(5);
}

function seconds(microseconds: number): string {
  return (microseconds / 1_000_000).toFixed(1);
}
