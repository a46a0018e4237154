/** `npm run bench -- profile`: where Foldstream's time goes while it answers the questions of the comparison, as text. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../environment.ts";
import { questions } from "../peers/all-questions.ts";
import { build } from "../peers/install.ts";
import { openPlaces } from "../peers/places/open-places.ts";
import type { PeerEngine, Places } from "../peers/places/place.ts";
import type { PeerQuestion } from "../peers/question.ts";
import { type TrialOrder, tried } from "../peers/trial.ts";
import { type ProfileOptions, readProfileOptions, usage } from "./options.ts";

/** What one question may take at scale 1. */
const seconds = 10;

const library = "Foldstream";

export async function runProfile(args: readonly string[]): Promise<void> {
  const options = readProfileOptions(args);
  if (options === "help") return console.log(usage);
  build((line) => console.error(line));
  for (const engine of options.engines) {
    const places = await openPlaces(engine, options.data);
    try {
      await profileOn(engine, places, options);
    } finally {
      await places.stop();
    }
  }
}

async function profileOn(engine: PeerEngine, places: Places, options: ProfileOptions): Promise<void> {
  const { name, version, durability } = places.conditions;
  const { date, cpu, cores, node, commit } = environment(options.data, places.conditions);
  const where = `${date.slice(0, 10)}, ${commit}, ${cpu}, ${cores} cores, Node ${node}, ${name} ${version} (${durability})`;
  for (const question of questions) {
    if (!options.questions.includes(question.name) || !question.engines.includes(engine)) continue;
    console.error(`${engine}, ${question.name}`);
    const text = `${name}: ${question.about}\n${where}\n\n${await profileOf(question, places, options)}\n`;
    if (options.to === undefined) console.log(text);
    else write(options.to, `${engine}-${question.name}.txt`, text);
  }
}

function write(folder: string, file: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), text);
}

async function profileOf(question: PeerQuestion, places: Places, { scale }: ProfileOptions): Promise<string> {
  const place = await places.place();
  const order = { question: question.name, library, place, size: { scale, seconds: seconds * scale } };
  const steps = async (...names: TrialOrder["steps"]) => {
    const report = await tried({ ...order, steps: names, profile: names.includes("run") });
    if ("error" in report) throw new Error(report.error);
    return report;
  };
  try {
    if (question.prepare) await steps("prepare");
    return (await steps("run")).profile ?? "";
  } finally {
    await places.drop(place);
  }
}
