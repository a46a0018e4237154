/** `npm run bench -- peers`: Foldstream beside its peers, on the same machine, engine, durability and payload. */
import { loadavg } from "node:os";
import { environment } from "../environment.ts";
import { libraries } from "./all-libraries.ts";
import { questions } from "./all-questions.ts";
import { compare } from "./compare.ts";
import { judged } from "./goals.ts";
import { build, install, isInstalled } from "./install.ts";
import { type PeerOptions, readPeerOptions, usage } from "./options.ts";
import { peerTable } from "./peer-table.ts";
import { openPlaces } from "./places/open-places.ts";
import type { PeerEngine, Places } from "./places/place.ts";
import { writeReport } from "./report/write-report.ts";
import { compared, type PeerResults } from "./results.ts";
import type { PeerRow } from "./rows.ts";
import { type Weight, weigh } from "./weight.ts";

/** What one repetition of one library may take at scale 1. */
const secondsPerTrial = 2.5;
const shortestTrial = 0.2;

/** The double of DynamoDB does a few hundred requests a second: streams on it are a tenth as long. */
const scaleOfDouble = 0.1;

type Progress = (line: string) => void;

export async function runPeers(args: readonly string[]): Promise<void> {
  const options = readPeerOptions(args);
  if (options === "help") return console.log(usage);
  const progress = (line: string) => console.error(line);
  const others = wanted(options).some(({ packages }) => packages.length > 0);
  if (others || options.report) install(progress);
  build(progress);
  const results = await measured(options, progress);
  if (options.report) await writeReport(results, options.report);
  console.log(options.json ? JSON.stringify(results, null, 2) : peerTable(results));
}

export async function measured(options: PeerOptions, progress: Progress): Promise<PeerResults> {
  const [loadBefore = 0] = loadavg();
  // The bundler is installed with the peers.
  const weights =
    options.questions.length === questions.length && isInstalled() ? await weighed(options, progress) : [];
  const environments: PeerResults["environments"][number][] = [];
  const rows: PeerRow[] = [];
  for (const engine of options.engines) {
    const places = await openPlaces(engine, options.data);
    try {
      environments.push(environment(options.data, places.conditions));
      rows.push(...(await onEngine(engine, places, options, progress)));
    } finally {
      await places.stop();
    }
  }
  const { scale, runs } = options;
  const libraries = wanted(options).map(compared);
  return { scale, runs, loadBefore, environments, libraries, rows, weights, goals: judged(rows) };
}

async function onEngine(engine: PeerEngine, places: Places, options: PeerOptions, progress: Progress) {
  const scale = engine === "dynamodb" ? options.scale * scaleOfDouble : options.scale;
  const size = { scale, seconds: Math.max(shortestTrial, secondsPerTrial * options.scale) };
  const comparison = { engine, places, libraries: wanted(options), size, runs: options.runs, progress };
  const rows: PeerRow[] = [];
  for (const question of questions)
    if (options.questions.includes(question.name) && question.engines.includes(engine))
      rows.push(...(await compare(question, comparison)));
  return rows;
}

async function weighed(options: PeerOptions, progress: Progress): Promise<Weight[]> {
  const weights: Weight[] = [];
  for (const engine of options.engines)
    for (const library of wanted(options)) {
      if (!library.imports[engine]) continue;
      progress(`${engine}, weight: ${library.name}`);
      weights.push(await weigh(library, engine));
    }
  return weights;
}

function wanted(options: PeerOptions) {
  return libraries.filter(({ name }) => options.libraries.includes(name));
}
