/** Carries out one order and reports. */
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
    const measured = order.library === "bare" ? await byHand(question, order) : await byLibrary(question, order);
    return { ...summaryOf(measured), peakMemoryMb: process.resourceUsage().maxRSS / 1024 };
  } catch (error) {
    return { error: (error as Error)?.stack ?? String(error) };
  }
}

async function byHand({ bare }: PeerQuestion, { place, size, steps }: TrialOrder): Promise<Measured> {
  if (!bare) throw new Error("This question has no bare row.");
  if (steps.includes("prepare")) await bare.prepare?.(place, size);
  return steps.includes("run") ? bare.run(openBare(place), size) : nothing;
}

async function byLibrary(question: PeerQuestion, { library: name, place, size, steps }: TrialOrder): Promise<Measured> {
  const entry = libraries.find((library) => library.name === name);
  if (!entry) throw new Error(`No library is named "${name}".`);
  const library = await (await load(entry)).open(place);
  try {
    if (steps.includes("prepare")) await question.prepare?.(library, size);
    return steps.includes("run") ? await question.run(library, size) : nothing;
  } finally {
    await library.close();
  }
}

const nothing: Measured = { count: 0, seconds: 1, latencies: [] };

function summaryOf({ latencies, ...measured }: Measured) {
  const sorted = latencies.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { ...measured, p50Ms: at(0.5), p99Ms: at(0.99) };
}
