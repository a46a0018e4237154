/** What commands on one stream write together, collected while they are decided, and how that gets into the log. */
import type { AppendResult, EventToAppend, ReceiptToAppend, StreamWrite } from "../../port/event-store.ts";
import type { AggregateEntry } from "../catalog.ts";
import type { CommandSide } from "./command-side.ts";
import type { ResolvedCommand, Verdict } from "./decide.ts";
import type { StreamState } from "./stream-states.ts";

export class Round {
  readonly entry: AggregateEntry;
  /** Of each command, in order. */
  readonly verdicts: Verdict[] = [];
  readonly write: StreamWrite & { readonly events: EventToAppend[]; readonly receipts: ReceiptToAppend[] };
  /** The state that the next command is decided on. */
  after: StreamState;

  constructor(entry: AggregateEntry, stream: string, known: StreamState) {
    this.entry = entry;
    this.after = known;
    this.write = { stream, expected: known.version, events: [], receipts: [] };
  }

  add(command: ResolvedCommand, verdict: Verdict): void {
    this.verdicts.push(verdict);
    if (verdict.kind !== "accepted") return;
    this.write.events.push(...verdict.events);
    this.after = verdict.after;
    const { commandId } = command.metadata;
    this.write.receipts.push({ commandId, fingerprint: command.fingerprint, version: this.after.version });
  }
}

/** Appends rounds, each on a stream of its own, in one write, all or nothing. What they led to is then known; snapshots that are due follow. */
export async function appendRounds(side: CommandSide, rounds: readonly Round[]): Promise<AppendResult> {
  const result = await side.store.append(rounds.map(({ write }) => write));
  side.observer.append?.({
    commands: sum(rounds, ({ verdicts }) => verdicts.filter(({ kind }) => kind === "accepted").length),
    events: sum(rounds, ({ write }) => write.events.length),
    result: result.ok ? "ok" : result.reason,
  });
  if (result.ok) for (const round of rounds) keep(side, round);
  return result;
}

function keep({ states, store, background }: CommandSide, { entry, write, after }: Round): void {
  states.keep(write.stream, after);
  const snapshot = states.snapshotDue(entry, write.expected, after);
  if (snapshot) background(store.writeSnapshot(write.stream, snapshot));
}

function sum(rounds: readonly Round[], of: (round: Round) => number): number {
  return rounds.reduce((total, round) => total + of(round), 0);
}
