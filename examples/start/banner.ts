/** What `npm start` prints: what runs, where its data is, and what to open next. */
import { styleText } from "node:util";
import type { RunningEngines } from "@foldstream/example-engines";
import type { RunningExample } from "./run-example.ts";

export function banner(url: string, { where }: RunningEngines, examples: readonly RunningExample[]): string {
  const width = Math.max(...examples.map(({ path }) => path.length)) + 2;
  const lines = examples.map(
    ({ app, path }) => `  ${styleText("cyan", `${url}${path}/`)}${" ".repeat(width - path.length)}${contents(app)}`,
  );
  return [
    "",
    `${styleText("bold", "Foldstream")} is running. Open:`,
    "",
    `  ${styleText("cyan", `${url}/`)}`,
    ...lines,
    "",
    `Engine  ${where}`,
    ...examples.flatMap(({ engine }) => (engine === undefined ? [] : [`        ${engine}`])),
    "Next    npm run flights -- --limit 3000000 --check",
    "Stop    Ctrl-C",
    "",
  ].join("\n");
}

function contents({ aggregates, projections, queries }: RunningExample["app"]): string {
  const commands = aggregates.flatMap((aggregate) => Object.keys(aggregate.commands));
  const events = aggregates.flatMap((aggregate) => Object.keys(aggregate.events));
  const counts = [
    [commands.length, "command"],
    [events.length, "event"],
    [projections.length, "projection"],
    [queries.length, "query"],
  ] as const;
  return counts.map(([count, noun]) => `${count} ${count === 1 ? noun : plural(noun)}`).join(", ");
}

function plural(noun: string): string {
  return noun === "query" ? "queries" : `${noun}s`;
}
