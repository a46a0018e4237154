/** What this project sets out to reach beside its peers and the bare drivers, judged by the ratios of one run. */
import { foldstream } from "./all-libraries.ts";
import type { PeerRow } from "./rows.ts";

export interface JudgedGoal {
  readonly engine: PeerRow["engine"];
  readonly question: string;
  readonly goal: string;
  readonly wanted: number;
  readonly found: number;
  readonly met: boolean;
}

interface Goal {
  readonly question: string;
  readonly goal: string;
  readonly wanted: number;
  readonly engines: readonly PeerRow["engine"][];
  /** Less is better. */
  readonly atMost?: true;
  found(row: PeerRow): number | undefined;
}

const toBest = ({ toBestPeer, exact }: PeerRow) => (exact === false ? 0 : toBestPeer);
const toBare = ({ toBare: ratio, exact }: PeerRow) => (exact === false ? 0 : ratio);

/** What a double of DynamoDB does in a second tells nothing, unless one library sends far fewer requests than another. */
const onServers = ["sqlite", "postgres"] as const;

const goals: readonly Goal[] = [
  {
    question: "hot-stream",
    goal: "times the best peer, exact",
    wanted: 50,
    engines: [...onServers, "dynamodb"],
    found: toBest,
  },
  { question: "concurrent", goal: "times the best peer", wanted: 4, engines: onServers, found: toBest },
  { question: "catch-up", goal: "times the best peer", wanted: 10, engines: onServers, found: toBest },
  { question: "catch-up", goal: "of the bare grouped upsert", wanted: 0.6, engines: onServers, found: toBare },
  { question: "read", goal: "times the best peer", wanted: 1, engines: onServers, found: toBest },
  { question: "read", goal: "of the bare driver", wanted: 0.7, engines: onServers, found: toBare },
  { question: "sequential", goal: "times the best peer", wanted: 1, engines: onServers, found: toBest },
  { question: "sequential", goal: "of the bare driver", wanted: 0.7, engines: onServers, found: toBare },
  {
    question: "visible",
    goal: "ms until a query sees 99 % of commands, on the embedded engine",
    wanted: 25,
    engines: ["sqlite"],
    atMost: true,
    found: ({ p99Ms }) => p99Ms,
  },
];

/** Only those that the rows can tell. A goal that asks for an exact total is not met by an inexact one, however fast. */
export function judged(rows: readonly PeerRow[]): JudgedGoal[] {
  return rows
    .filter(({ library }) => library === foldstream.name)
    .flatMap((row) =>
      goals
        .filter(({ question, engines }) => question === row.question && engines.includes(row.engine))
        .flatMap(({ goal, wanted, atMost, found: of }) => {
          const found = of(row);
          if (found === undefined) return [];
          const met = !row.error && (atMost ? found <= wanted : found >= wanted);
          return [{ engine: row.engine, question: row.question, goal, wanted, found, met }];
        }),
    );
}
