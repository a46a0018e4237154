/** Results for people: a line per subject, with a bar for its ratio to the bare engine. */
import type { BenchmarkEnvironment } from "./environment.ts";
import type { Row } from "./question.ts";

interface Result {
  readonly question: string;
  readonly environment: BenchmarkEnvironment;
  readonly rows: readonly Row[];
}

export function table({ question, environment, rows }: Result): string {
  const width = Math.max(...rows.map(({ subject }) => subject.length));
  const { node, engine, filesystem, cpu, cores, commit } = environment;
  const head = `${"".padEnd(width)}  ${"per second".padStart(11)}  ${"p50 ms".padStart(8)}  ${"p99 ms".padStart(8)}   ratio`;
  const conditions = `${question} · Node ${node}, ${engine.name} ${engine.version}, ${engine.durability}, ${filesystem} · ${cpu}, ${cores} cores · ${commit}`;
  return [conditions, "", head, ...rows.map((row) => line(row, width))].join("\n");
}

function line({ subject, perSecond, p50Ms, p99Ms, ratio, ...notes }: Row, width: number): string {
  const bar = "▇".repeat(Math.min(40, Math.max(1, Math.round(ratio * 10))));
  const number = (value: number) => (Number.isNaN(value) ? "-" : value.toString()).padStart(8);
  return `${subject.padEnd(width)}  ${perSecond.toLocaleString("en").padStart(11)}  ${number(p50Ms)}  ${number(p99Ms)}  ${ratio.toFixed(2).padStart(6)} ${bar} ${notesOf(notes)}`.trimEnd();
}

type Notes = Omit<Row, "subject" | "perSecond" | "p50Ms" | "p99Ms" | "ratio">;

function notesOf({ exact, peakMemoryMb, cpuUs, readUnits, writeUnits, ...start }: Notes): string {
  const { overBareMs, firstAnswerMs, bundleKb } = start;
  const notes = [
    overBareMs !== undefined && `${overBareMs} ms over bare`,
    firstAnswerMs && `first answer after ${firstAnswerMs} ms`,
    bundleKb && `${bundleKb} KB`,
    exact !== undefined && (exact ? "exact" : "NOT EXACT"),
    peakMemoryMb && `${peakMemoryMb} MB`,
    cpuUs && `${cpuUs} µs CPU each`,
    writeUnits !== undefined && `${writeUnits} write and ${readUnits} read units each`,
  ];
  return notes.filter(Boolean).join(", ");
}
