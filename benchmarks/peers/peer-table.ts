/** Results for people, on a terminal: a block for each question on each engine. */
import { questions } from "./all-questions.ts";
import type { PeerResults } from "./results.ts";
import type { PeerRow } from "./rows.ts";

export function peerTable({ environments, libraries, rows, loadBefore, weights, goals }: PeerResults): string {
  const blocks = Map.groupBy(rows, ({ engine, question }) => `${engine}: ${aboutOf(question)}`);
  const conditions = environments.map(({ engine }) => `${engine.name} ${engine.version}, ${engine.durability}`);
  const [machine] = environments;
  return [
    `peers · Node ${machine?.node} · ${conditions.join(" · ")} · ${machine?.cpu}, ${machine?.cores} cores, load ${loadBefore.toFixed(1)} · ${machine?.commit}`,
    libraries.map(({ name, version, licence }) => `${name} ${version} (${licence})`).join(" · "),
    ...[...blocks].map(([title, block]) => [`\n${title}`, heading, ...block.map(line)].join("\n")),
    weights.length > 0 ? "\nweight of a bundle, and the time to import it" : "",
    ...weights.map(
      ({ engine, library, bundleKb, importMs }) =>
        `${engine.padEnd(10)}${library.padEnd(12)}${bundleKb} KB, ${importMs} ms`,
    ),
    goals.length > 0 ? "\ngoals" : "",
    ...goals.map(
      ({ engine, question, goal, wanted, found, met }) =>
        `${met ? "met    " : "NOT MET"} ${engine}, ${question}: ${found} (${wanted}) ${goal}`,
    ),
  ].join("\n");
}

function aboutOf(name: string): string {
  return questions.find((question) => question.name === name)?.about ?? name;
}

const heading = `${"".padEnd(12)}${["per second", "p50 ms", "p99 ms", "to bare", "to best"].map((text) => text.padStart(12)).join("")}`;

function line({ library, perSecond, p50Ms, p99Ms, toBare, toBestPeer, ...notes }: PeerRow): string {
  const figures = [perSecond, p50Ms || undefined, p99Ms || undefined, toBare, toBestPeer];
  const cells = figures.map((figure) =>
    (figure?.toLocaleString("en", { maximumFractionDigits: 2 }) ?? "-").padStart(12),
  );
  return `${library.padEnd(12)}${cells.join("")}  ${notesOf(notes)}`.trimEnd();
}

type Notes = Pick<PeerRow, "exact" | "retriesPerSuccess" | "failures" | "peakMemoryMb" | "error">;

function notesOf({ exact, retriesPerSuccess, failures, peakMemoryMb, error }: Notes): string {
  const notes = [
    exact !== undefined && (exact ? "exact" : "NOT EXACT"),
    retriesPerSuccess && `${retriesPerSuccess} retries each`,
    failures && `${failures} failed`,
    `${peakMemoryMb} MB`,
    error && `ERROR: ${error.split("\n")[0]}`,
  ];
  return notes.filter(Boolean).join(", ");
}
