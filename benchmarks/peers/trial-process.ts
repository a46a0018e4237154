/** Carries out one order and reports. */
import type { Profiler } from "node:inspector";
import { profiled } from "../profile/profiled.ts";
import { selfTimes } from "../profile/self-time.ts";
import { libraries, load } from "./all-libraries.ts";
import { questions } from "./all-questions.ts";
import { openBare } from "./libraries/bare.ts";
import type { Measured, PeerQuestion } from "./question.ts";
import type { TrialFailure, TrialOrder, TrialReport } from "./trial.ts";

// Whoever ordered it is gone.
process.once("disconnect", () => process.exit());

process.once("message", async (order) => {
  const report = await reported(order as TrialOrder);
  process.send?.(report, () => process.exit());
});

async function reported(order: TrialOrder): Promise<TrialReport | TrialFailure> {
  try {
    const question = questions.find(({ name }) => name === order.question);
    if (!question) throw new Error(`No question is named "${order.question}".`);
    const { measured, profile } = await (order.library === "bare" ? byHand : byLibrary)(question, order);
    const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
    return { ...summaryOf(measured), peakMemoryMb, ...(profile && { profile: selfTimes(profile) }) };
  } catch (error) {
    return { error: (error as Error)?.stack ?? String(error) };
  }
}

interface Ran {
  readonly measured: Measured;
  readonly profile?: Profiler.Profile;
}

async function byHand({ bare }: PeerQuestion, order: TrialOrder): Promise<Ran> {
  const { place, size, steps } = order;
  if (!bare) throw new Error("This question has no bare row.");
  if (steps.includes("prepare")) await bare.prepare?.(place, size);
  return ran(order, () => bare.run(openBare(place), size));
}

async function byLibrary(question: PeerQuestion, order: TrialOrder): Promise<Ran> {
  const { library: name, place, size, steps } = order;
  const entry = libraries.find((library) => library.name === name);
  if (!entry) throw new Error(`No library is named "${name}".`);
  const library = await (await load(entry)).open(place);
  try {
    if (steps.includes("prepare")) await question.prepare?.(library, size);
    return await ran(order, () => question.run(library, size));
  } finally {
    await library.close();
  }
}

const nothing: Measured = { count: 0, seconds: 1, latencies: [] };

async function ran({ steps, profile }: TrialOrder, run: () => Promise<Measured>): Promise<Ran> {
  if (!steps.includes("run")) return { measured: nothing };
  if (!profile) return { measured: await run() };
  const { value: measured, profile: found } = await profiled(run);
  return { measured, profile: found };
}

function summaryOf({ latencies, ...measured }: Measured) {
  const sorted = latencies.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { ...measured, p50Ms: at(0.5), p99Ms: at(0.99) };
}
