/** The report's page: conditions, goals, plots, and every figure in a table. */
import { questions } from "../all-questions.ts";
import type { PeerEngine } from "../places/place.ts";
import type { ComparedLibrary, PeerResults } from "../results.ts";
import type { PeerRow } from "../rows.ts";
import { formatted } from "./peer-plots.ts";

const names: Readonly<Record<PeerEngine, string>> = { sqlite: "SQLite", postgres: "PostgreSQL", dynamodb: "DynamoDB" };

export function peerPage(results: PeerResults, engines: readonly PeerEngine[]): string {
  return [
    "# Foldstream beside its peers\n",
    "Written by `npm run bench -- peers --report benchmarks/report`; the same as data in [results.json](results.json).",
    "How it is measured: [benchmarks](../README.md). Take the ratios, which come from one run, over the rates.\n",
    ...conditions(results),
    "\n## Goals\n",
    ...goals(results),
    "\n## Libraries\n",
    ...results.libraries.map((library) => libraryOf(library, engines)),
    ...engines.flatMap((engine) => [
      `\n## On ${names[engine]}\n`,
      ...(engine === "dynamodb" ? [double] : []),
      `![Rates on ${names[engine]}](peers-${engine}.svg)\n`,
      ...tableOf(results.rows.filter((row) => row.engine === engine)),
    ]),
    "",
  ].join("\n");
}

const double = `The engine is a double that answers a few hundred requests a second, in memory: only how many requests a library needs shows here,
not how fast the service is, and streams are a tenth as long. What the service bills is counted by \`npm run bench -- dynamodb-cost\`.\n`;

function conditions({ environments, scale, runs, loadBefore }: PeerResults): string[] {
  const [machine] = environments;
  if (!machine) return [];
  const { date, cpu, cores, memoryGb, node, filesystem, commit } = machine;
  return [
    `- ${date.slice(0, 16).replace("T", " ")} UTC, commit ${commit}, ${cpu}, ${cores} cores, ${memoryGb} GB, ${filesystem}, Node ${node}, load average before ${loadBefore.toFixed(2)}`,
    ...environments.map(({ engine }) => `- ${engine.name} ${engine.version}: ${engine.durability}`),
    `- scale ${scale}, medians of ${runs} repetitions, each in a process of its own; events of 327 bytes as JSON`,
  ];
}

function goals({ goals: judged }: PeerResults): string[] {
  return [
    "| | engine | question | found | wanted | |\n|---|---|---|---|---|---|",
    ...judged.map(
      ({ engine, question, goal, wanted, found, met }) =>
        `| ${met ? "met" : "**not met**"} | ${names[engine]} | ${question} | ${formatted(found)} | ${wanted} | ${goal} |`,
    ),
  ];
}

function libraryOf(
  { name, version, licence, settings, cannot }: ComparedLibrary,
  engines: readonly PeerEngine[],
): string {
  const where = engines
    .filter((engine) => settings[engine])
    .map((engine) => `  - ${names[engine]}: ${settings[engine]}`);
  const reasons = Map.groupBy(Object.keys(cannot), (question) => cannot[question]);
  const missing = [...reasons].map(([why, which]) => `  - not asked: ${which.join(", ")}, since ${why}`);
  return [`- **${name}** ${version} (${licence})`, ...where, ...missing].join("\n");
}

function tableOf(rows: readonly PeerRow[]): string[] {
  return questions.flatMap(({ name, about, unit }) => {
    const asked = rows.filter(({ question }) => question === name);
    if (asked.length === 0) return [];
    const heading = `| ${name} | ${unit} a second | p50 ms | p99 ms | of bare | memory | |\n|---|---|---|---|---|---|---|`;
    return [`${about}:\n`, heading, ...asked.map(lineOf), ""];
  });
}

function lineOf({ library, perSecond, p50Ms, p99Ms, toBare, peakMemoryMb, ...notes }: PeerRow): string {
  const times = p99Ms > 0 ? [formatted(p50Ms), formatted(p99Ms)] : ["", ""];
  const cells = [library, formatted(perSecond), ...times, toBare ?? "", `${peakMemoryMb} MB`, notesOf(notes)];
  return `| ${cells.join(" | ")} |`;
}

type Notes = Pick<PeerRow, "exact" | "retriesPerSuccess" | "failures" | "toBestPeer" | "error">;

function notesOf({ exact, retriesPerSuccess, failures, toBestPeer, error }: Notes): string {
  const notes = [
    toBestPeer !== undefined && `${formatted(toBestPeer)} times the best peer`,
    exact !== undefined && (exact ? "exact" : "**not exact**"),
    retriesPerSuccess && `${retriesPerSuccess} retries each`,
    failures && `${failures} failed`,
    error && `error: ${error.split("\n")[0]?.replaceAll("|", "/")}`,
  ];
  return notes.filter(Boolean).join(", ");
}
