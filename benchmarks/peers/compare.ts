/** Asks each question of every library in turn (A B C A B C ...), since the speed of a machine drifts, and takes medians. */
import type { Library } from "./all-libraries.ts";
import type { PeerEngine, Place, Places } from "./places/place.ts";
import type { PeerQuestion, TrialSize } from "./question.ts";
import { type PeerRow, rowOf, withRatios } from "./rows.ts";
import { type TrialFailure, type TrialOrder, type TrialReport, tried } from "./trial.ts";

export interface Comparison {
  readonly engine: PeerEngine;
  readonly places: Places;
  readonly libraries: readonly Library[];
  readonly size: TrialSize;
  readonly runs: number;
  progress(line: string): void;
}

export async function compare(question: PeerQuestion, comparison: Comparison): Promise<PeerRow[]> {
  const { engine, libraries, places, runs, progress } = comparison;
  const subjects = [
    ...(question.bare && engine !== "dynamodb" ? ["bare"] : []),
    ...libraries.filter((library) => canAnswer(library, question, engine)).map(({ name }) => name),
  ];
  const prepared = await preparedPlaces(question, subjects, comparison);
  const found = new Map<string, (TrialReport | TrialFailure)[]>(subjects.map((subject) => [subject, []]));
  for (let run = 1; run <= runs; run++)
    for (const subject of subjects) {
      progress(`${engine}, ${question.name}, run ${run} of ${runs}: ${subject}`);
      found.get(subject)?.push(await onePlace(comparison, question, subject, prepared.get(subject)));
    }
  for (const filled of prepared.values()) await places.drop(filled.place);
  return withRatios(
    subjects.map((library) => rowOf({ engine, question: question.name, library }, found.get(library) ?? [])),
  );
}

function canAnswer({ settings, cannot }: Library, { name }: PeerQuestion, engine: PeerEngine): boolean {
  return settings[engine] !== undefined && cannot[name] === undefined;
}

/** Filled once by each subject, where a place can be copied. */
async function preparedPlaces(question: PeerQuestion, subjects: readonly string[], comparison: Comparison) {
  const { places, engine, size, progress } = comparison;
  const prepared = new Map<string, FilledPlace>();
  for (const library of places.copies ? subjects : []) {
    if (!(library === "bare" ? question.bare?.prepare : question.prepare)) continue;
    progress(`${engine}, ${question.name}, filled by ${library}`);
    const place = await places.place();
    const outcome = await tried({ question: question.name, library, place, size, steps: ["prepare"] });
    prepared.set(library, { place, outcome });
  }
  return prepared;
}

interface FilledPlace {
  readonly place: Place;
  readonly outcome: TrialReport | TrialFailure;
}

async function onePlace({ places, size }: Comparison, question: PeerQuestion, library: string, filled?: FilledPlace) {
  if (filled && "error" in filled.outcome) return filled.outcome;
  const place = await places.place(filled?.place);
  const steps: TrialOrder["steps"] = filled ? ["run"] : ["prepare", "run"];
  try {
    return await tried({ question: question.name, library, place, size, steps });
  } finally {
    await places.drop(place);
  }
}
