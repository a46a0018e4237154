/** Runs subjects in turn (A B A B ...), since the speed of a machine drifts, and takes medians. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Row, Run, Size, Subject } from "./question.ts";

export async function measure(
  subjects: readonly Subject[],
  { runs, folder }: Size,
  progress: (line: string) => void,
): Promise<Row[]> {
  const found = new Map<string, Run[]>(subjects.map(({ name }) => [name, []]));
  for (let run = 1; run <= runs; run++) {
    for (const subject of subjects) {
      progress(`run ${run} of ${runs}: ${subject.name}`);
      found.get(subject.name)?.push(await inFolder(subject, folder));
    }
  }
  return subjects.map((subject) => rowOf(subject, found));
}

/** Each repetition starts with no files. */
async function inFolder(subject: Subject, parent: string): Promise<Run> {
  const folder = mkdtempSync(join(parent, "foldstream-bench-"));
  try {
    return await subject.run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowOf({ name, bare }: Subject, found: ReadonlyMap<string, readonly Run[]>): Row {
  const runs = found.get(name) ?? [];
  const latencies = runs.flatMap((run) => run.latencies).sort((left, right) => left - right);
  const memory = runs.flatMap(({ peakMemoryMb }) => peakMemoryMb ?? []);
  const units = (unit: "readUnits" | "writeUnits") =>
    runs.flatMap((run) => (run[unit] === undefined ? [] : run[unit] / run.count));
  const cpu = runs.flatMap(({ cpuSeconds, count }) => (cpuSeconds === undefined ? [] : (cpuSeconds / count) * 1e6));
  return {
    subject: name,
    perSecond: whole(rateOf(runs)),
    p50Ms: rounded(percentile(latencies, 0.5)),
    p99Ms: rounded(percentile(latencies, 0.99)),
    ratio: rounded(rateOf(runs) / rateOf(found.get(bare) ?? [])),
    ...(runs.some(({ exact }) => exact !== undefined) && { exact: runs.every(({ exact }) => exact) }),
    ...(memory.length > 0 && { peakMemoryMb: Math.round(Math.max(...memory)) }),
    ...(cpu.length > 0 && { cpuUs: rounded(median(cpu)) }),
    ...(units("readUnits").length > 0 && {
      readUnits: rounded(median(units("readUnits"))),
      writeUnits: rounded(median(units("writeUnits"))),
    }),
    ...startOf(runs, found.get(bare) ?? []),
  };
}

/** What is only known of starts from cold. */
function startOf(runs: readonly Run[], bare: readonly Run[]): Partial<Row> {
  const answers = runs.flatMap(({ firstAnswerMs }) => firstAnswerMs ?? []);
  const [bytes] = runs.flatMap(({ bundleBytes }) => bundleBytes ?? []);
  if (answers.length === 0 || bytes === undefined) return {};
  const waited = (of: readonly Run[]) => median(of.flatMap(({ latencies }) => latencies));
  const overBareMs = Math.round((waited(runs) - waited(bare)) * 10) / 10;
  return { overBareMs, firstAnswerMs: rounded(median(answers)), bundleKb: rounded(bytes / 1_000) };
}

function rateOf(runs: readonly Run[]): number {
  return median(runs.map(({ count, seconds }) => count / seconds));
}

function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((left, right) => left - right),
    0.5,
  );
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Rates of a few a second keep their digits. */
function whole(value: number): number {
  return value < 100 ? rounded(value) : Math.round(value);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
