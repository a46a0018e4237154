/** Whether the log is what the commands lead to (G1, G2), and every answer was true (G2, G9, G10). */
import type { App } from "../../definition/app.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { CommandReceipt, ReceiptToAppend, StreamWrite } from "../../port/event-store.ts";
import { streamName } from "../../runtime/catalog.ts";
import type { Accepted, Refused } from "../../runtime/outcome.ts";
import type { Answer, Submission } from "./clients.ts";
import type { Ledger } from "./ledger.ts";
import { type Decided, eventText, Reference } from "./reference.ts";
import type { CommandStep } from "./schedule.ts";
import type { Violation } from "./violation.ts";

/** A command, by whoever sent it. */
export interface Sent {
  readonly step: Pick<CommandStep, "commandId" | "commands">;
  readonly streams: readonly string[];
  readonly expectedVersion?: number;
}

export interface CommandTruth {
  readonly app: App;
  readonly log: MemoryLog;
  readonly ledger: Ledger;
  readonly submissions: readonly Submission[];
  readonly ofPolicies: readonly Sent[];
  /** When each command was decided, by the clocks of those who did. */
  readonly decided: ReadonlyMap<string, ReadonlySet<string>>;
}

export async function checkCommands(truth: CommandTruth): Promise<Violation[]> {
  const check = new CommandCheck(truth);
  check.streams();
  await check.appends();
  for (const submission of truth.submissions) await check.answers(submission);
  return check.violations;
}

class CommandCheck {
  readonly violations: Violation[] = [];
  readonly #truth: CommandTruth;
  readonly #reference: Reference;
  /** Several where it is not known which of them a policy wanted. */
  readonly #byId: ReadonlyMap<string, readonly Sent[]>;

  constructor(truth: CommandTruth) {
    this.#truth = truth;
    this.#reference = new Reference(truth.app, truth.log);
    this.#byId = Map.groupBy<string, Sent>([...truth.submissions, ...truth.ofPolicies], ({ step }) => step.commandId);
  }

  /** Each stream holds what was appended to it, in order, and nothing else. */
  streams(): void {
    const written = new Map<string, string[]>();
    for (const { stream, expected, events } of this.#truth.ledger.appends.flat()) {
      const known = written.get(stream) ?? [];
      if (known.length !== expected)
        this.#found("G1", `${stream} was at ${known.length}, not ${expected}, when appended to`);
      written.set(stream, [...known, ...events.map(({ type, data }) => `${type} ${data}`)]);
    }
    for (const [stream, texts] of written) {
      const stored = this.#truth.log.find(stream)?.events ?? [];
      const same = stored.every(
        ({ type, data, version }, index) => version === index + 1 && `${type} ${data}` === texts[index],
      );
      if (!same || stored.length !== texts.length) this.#found("G1", `${stream} does not hold what was appended to it`);
    }
  }

  /** Each command left exactly the events that it leads to on the version it was appended after. */
  async appends(): Promise<void> {
    for (const writes of this.#truth.ledger.appends) {
      const ids = new Set(writes.flatMap(({ receipts }) => receipts.map(({ commandId }) => commandId)));
      for (const id of ids) this.#checkTogether(id, writes);
      for (const write of writes) await this.#checkWrite(write);
    }
  }

  #checkTogether(commandId: string, writes: readonly StreamWrite[]): void {
    const streams = writes.filter(({ receipts }) => receipts.some((receipt) => receipt.commandId === commandId));
    const expected = this.#byId.get(commandId)?.[0]?.streams.length ?? 0;
    if (streams.length !== expected)
      this.#found("G1", `${commandId} was written on ${streams.length} of its ${expected} streams`);
  }

  async #checkWrite({ stream, expected, receipts, events }: StreamWrite): Promise<void> {
    let from = expected;
    for (const receipt of receipts) {
      const written = events.slice(from - expected, receipt.version - expected);
      const texts = written.map(({ type, data }) => eventText(type, JSON.parse(data)));
      await this.#checkDecision(stream, from, receipt, texts);
      from = receipt.version;
    }
    if (from !== expected + events.length) this.#found("G2", `${stream} has events without a receipt after @${from}`);
  }

  async #checkDecision(stream: string, from: number, { commandId }: ReceiptToAppend, written: readonly string[]) {
    const sent = this.#byId.get(commandId) ?? [];
    const wanted = sent[0]?.expectedVersion ?? from;
    if (wanted !== from) this.#found("G1", `${commandId} was written after ${stream}@${from}, but expected @${wanted}`);
    const outcomes = (await Promise.all(sent.map((one) => this.#decide(one, stream, from)))).flat();
    if (outcomes.some((decided) => decided.kind === "accepted" && decided.events.join() === written.join())) return;
    const found = written.join(", ") || "no events";
    this.#found(
      "G1",
      `${commandId} wrote ${found} after ${stream}@${from}; its decision there is ${JSON.stringify(outcomes)}`,
    );
  }

  /** What the command leads to on one stream at a version, at each of the times at which it was decided. */
  #decide({ step }: Sent, stream: string, version: number): Promise<Decided[]> {
    const commands = step.commands.filter(({ aggregate, id }) => streamName(aggregate, id) === stream);
    const state = this.#reference.stateAt(stream, version);
    const times = [...(this.#truth.decided.get(step.commandId) ?? [])];
    const { commandId } = step;
    return Promise.all(times.map((now) => this.#reference.decideAll(commands, state, { now, commandId })));
  }

  async answers(submission: Submission): Promise<void> {
    const { answers, step } = submission;
    const first = answers.filter(({ outcome }) => accepted(outcome).some(({ replayed }) => !replayed));
    if (first.length > 1)
      this.#found("G2", `${step.commandId} was answered ${first.length} times as if for the first time`);
    for (const answer of answers) {
      if (answer.outcome.ok) this.#checkAccepted(submission, answer);
      else await this.#checkRefused(submission, answer, refused(answer.outcome));
    }
  }

  #checkAccepted({ step }: Submission, { outcome }: Answer): void {
    const { commandId, commands } = step;
    for (const [index, { version, token }] of accepted(outcome).entries()) {
      const { aggregate, id } = commands[index] as (typeof commands)[number];
      const receipt = this.#receipt(streamName(aggregate, id), commandId);
      if (!receipt) this.#found("G10", `${commandId} was accepted, but ${aggregate}-${id} holds no receipt of it`);
      else if (receipt.version !== version || receipt.token !== token)
        this.#found(
          "G2",
          `${commandId} was answered @${version} ${token}, its receipt says @${receipt.version} ${receipt.token}`,
        );
    }
  }

  async #checkRefused(submission: Submission, answer: Answer, no: Refused): Promise<void> {
    const { commandId } = submission.step;
    if (answer.known) this.#found("G2", `${commandId} had been executed, but its retry was told ${no.reason}`);
    else if (no.reason === "command-id-reused")
      this.#found("G2", `${commandId} was told that its id belongs to another`);
    else if (no.reason === "version-conflict") this.#checkConflict(submission, answer, no.actual);
    else if (submission.streams.length === 1) await this.#checkNo(submission, answer, no);
  }

  #checkConflict({ streams, expectedVersion, step }: Submission, { sent, answered }: Answer, actual: number): void {
    const [stream = ""] = streams;
    if (expectedVersion === undefined) return;
    const possible = actual >= (sent.get(stream) ?? 0) && actual <= (answered.get(stream) ?? 0);
    if (!possible || actual === expectedVersion)
      this.#found("G1", `${step.commandId} expected ${stream}@${expectedVersion} and was told that it is at ${actual}`);
  }

  /** A "no" must be true of some version that the stream had between question and answer. */
  async #checkNo(submission: Submission, { sent, answered }: Answer, no: Refused): Promise<void> {
    const [stream = ""] = submission.streams;
    const last = answered.get(stream) ?? 0;
    for (let version = sent.get(stream) ?? 0; version <= last; version++) {
      const outcomes = await this.#decide(submission, stream, version);
      if (no.reason === "invalid" ? outcomes.length === 0 : outcomes.some((decided) => isSame(decided, no))) return;
    }
    this.#found(
      "G2",
      `${submission.step.commandId} was told ${JSON.stringify(no)}, which is not true of ${stream} up to @${last}`,
    );
  }

  #receipt(stream: string, commandId: string): CommandReceipt | undefined {
    return this.#truth.log.find(stream)?.receipts.get(commandId);
  }

  #found(guarantee: Violation["guarantee"], message: string): void {
    this.violations.push({ guarantee, message });
  }
}

function accepted(outcome: Answer["outcome"]): readonly Accepted[] {
  if (!outcome.ok) return [];
  return "outcomes" in outcome ? outcome.outcomes : [outcome];
}

function refused(outcome: Answer["outcome"] & { readonly ok: false }): Refused {
  return "refused" in outcome ? outcome.refused : outcome;
}

function isSame(decided: Decided, no: Refused): boolean {
  return decided.kind === "rejected" && no.reason === "rejected" && decided.code === no.rejection.code;
}
