/** `npm run bench -- trend`: ratios to the bare driver now, beside those of the stored report. It tells, and fails nothing. */
import { existsSync, readFileSync } from "node:fs";
import { foldstream } from "./all-libraries.ts";
import { build } from "./install.ts";
import { readPeerOptions } from "./options.ts";
import type { PeerResults } from "./results.ts";
import { measured } from "./run.ts";
import { trend } from "./trend.ts";

const asked = ["sequential", "concurrent", "hot-stream", "batches", "read", "catch-up"];
const stored = new URL("../report/results.json", import.meta.url);

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
