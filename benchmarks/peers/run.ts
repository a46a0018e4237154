/** `npm run bench -- peers`: Foldstream beside its peers, on the same machine, engine, durability and payload. */
import { loadavg } from "node:os";
import { environment } from "../environment.ts";
import { libraries } from "./all-libraries.ts";
import { questions } from "./all-questions.ts";
import { compare, type PeerRow } from "./compare.ts";
import { install } from "./install.ts";
import { type PeerOptions, readPeerOptions, usage } from "./options.ts";
import { peerTable } from "./peer-table.ts";
import { openPlaces } from "./places/open-places.ts";
import type { PeerEngine, Places } from "./places/place.ts";
import { compared, type PeerResults } from "./results.ts";

/** What one repetition of one library may take at scale 1. */
const secondsPerTrial = 3;
const shortestTrial = 0.2;

/** The double of DynamoDB does a few hundred requests a second: streams on it are a tenth as long. */
const scaleOfDouble = 0.1;

type Progress = (line: string) => void;

export async function runPeers(args: readonly string[]): Promise<void> {
  const options = readPeerOptions(args);
  if (options === "help") return console.log(usage);
  const progress = (line: string) => console.error(line);
  install(progress);
  const results = await measured(options, progress);
  console.log(options.json ? JSON.stringify(results, null, 2) : peerTable(results));
}

async function measured(options: PeerOptions, progress: Progress): Promise<PeerResults> {
  const [loadBefore = 0] = loadavg();
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
  return { scale, runs, loadBefore, environments, libraries: wanted(options).map(compared), rows };
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

function wanted(options: PeerOptions) {
  return libraries.filter(({ name }) => options.libraries.includes(name));
}
