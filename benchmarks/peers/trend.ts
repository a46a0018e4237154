/** `npm run bench -- trend`: ratios to the bare driver now, beside those of the stored report. It tells, and fails nothing. */
import { existsSync, readFileSync } from "node:fs";
import { foldstream } from "./all-libraries.ts";
import type { PeerRow } from "./compare.ts";
import { build } from "./install.ts";
import { readPeerOptions } from "./options.ts";
import type { PeerResults } from "./results.ts";
import { measured } from "./run.ts";

const asked = ["sequential", "concurrent", "hot-stream", "batches", "read", "catch-up"];
const stored = new URL("../report/results.json", import.meta.url);

/** Below this share of what is stored, a line is marked: drift of a machine explains less than that. */
const notable = 0.8;

export async function runTrend(args: readonly string[]): Promise<void> {
  const few = ["--library", foldstream.name, "--engine", "sqlite", "--only", asked.join(","), "--scale", "0.3"];
  const options = readPeerOptions([...few, ...args]);
  if (options === "help") return console.log("npm run bench -- trend takes the options of npm run bench -- peers.");
  const progress = (line: string) => console.error(line);
  build(progress);
  const { rows } = await measured(options, progress);
  const before: PeerResults | undefined = existsSync(stored) ? JSON.parse(readFileSync(stored, "utf8")) : undefined;
  console.log(trend(rows, before?.rows ?? []).join("\n"));
}

/** A line for each ratio of this project to the bare driver. */
export function trend(now: readonly PeerRow[], before: readonly PeerRow[]): string[] {
  const ours = (rows: readonly PeerRow[]) => rows.filter(({ library }) => library === foldstream.name);
  return ours(now).flatMap(({ engine, question, toBare }) => {
    if (toBare === undefined) return [];
    const then = ours(before).find((row) => row.engine === engine && row.question === question)?.toBare;
    const what = `${engine}, ${question}: ${toBare} of the bare driver`;
    if (then === undefined) return [`${what}, nothing stored`];
    return [`${what}, stored ${then}${toBare < then * notable ? ", LESS THAN BEFORE" : ""}`];
  });
}
