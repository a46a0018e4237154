/** Clients: they send commands until they hear an answer, always under the same id, and ask queries with the tokens they got. */
import { StoppedError, StoreFailureError } from "../../errors.ts";
import type { Row } from "../../port/read-model-store.ts";
import { streamName } from "../../runtime/catalog.ts";
import type { CommandOutcome, TogetherOutcome } from "../../runtime/outcome.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { CallSide } from "./calls.ts";
import type { BuildHistory } from "./ledger.ts";
import type { CommandStep, QueryStep } from "./schedule.ts";
import type { Running, Server } from "./server.ts";
import { queryName } from "./simulated-app.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";
import type { Trace } from "./trace.ts";

/** Version of each stream that a command writes. */
export type Versions = ReadonlyMap<string, number>;

export interface Answer {
  readonly outcome: CommandOutcome | TogetherOutcome;
  /** What the log held when the command was sent ... */
  readonly sent: Versions;
  /** ... and when it was answered. */
  readonly answered: Versions;
  /** Whether the log held its receipt when it was sent. */
  readonly known: boolean;
}

/** A command and everything that was ever answered to it, heard or not. */
export interface Submission {
  readonly step: CommandStep;
  readonly streams: readonly string[];
  readonly expectedVersion?: number;
  readonly answers: Answer[];
  heard: boolean;
}

/** What a server read for a query, and when. */
export interface BuildRead {
  readonly history: BuildHistory;
  readonly moment: number;
  /** Whether it was the build that serves, had been, or included as much. */
  readonly served: boolean;
  readonly rows: readonly Row[];
  /** How far the build was, by partition. */
  readonly reached: Versions;
}

/** What a client holds for a command that was accepted. */
export interface Told {
  readonly token: string;
  readonly commandId: string;
}

/** A query and what servers read for it. */
export interface Question {
  readonly step: QueryStep;
  /** Of commands that the answers must include. */
  readonly after: readonly Told[];
  readonly reads: BuildRead[];
  /** Asked again until it is answered. */
  readonly insists: boolean;
  done: boolean;
}

export interface ClientSide extends CallSide {
  readonly servers: readonly Server[];
  readonly engine: SimulatedEngine;
  readonly trace: Trace;
}

const latencyMs = 3;
const longestBackoffMs = 120;
/** Clients do not wait longer for an answer. */
const patienceMs = 600;

export class Clients {
  readonly submissions: Submission[] = [];
  readonly questions = new Map<string, Question>();
  /** What threw although it should not have. */
  readonly surprises: string[] = [];
  readonly #side: ClientSide;
  readonly #told: Told[] = [];

  constructor(side: ClientSide) {
    this.#side = side;
  }

  get done(): boolean {
    return this.submissions.every(({ heard }) => heard) && [...this.questions.values()].every(({ done }) => done);
  }

  submit(step: CommandStep): void {
    const streams = [...new Set(step.commands.map(({ aggregate, id }) => streamName(aggregate, id)))];
    const version = this.#side.engine.log.versionOf(streams[0] as string);
    const expects = step.behind === undefined ? {} : { expectedVersion: Math.max(0, version - step.behind) };
    this.#begin({ step, streams, ...expects, answers: [], heard: false });
  }

  /** Sends a command that was answered once more. */
  repeat(submission: Submission): void {
    submission.heard = false;
    this.#try(submission, `${submission.step.commandId} once more`, 1);
  }

  ask(step: QueryStep, insists = false): void {
    const after = this.#told.slice(-step.tokens);
    const question: Question = { step, after, reads: [], insists, done: false };
    this.questions.set(step.name, question);
    this.#ask(question, 1);
  }

  #begin(submission: Submission): void {
    this.submissions.push(submission);
    const { commandId, commands } = submission.step;
    const what = commands.map(
      ({ aggregate, id, command, data }) => `${command} ${aggregate}-${id} ${JSON.stringify(data)}`,
    );
    const { expectedVersion } = submission;
    this.#side.trace.add(
      commandId,
      `${what.join(" and ")}${expectedVersion === undefined ? "" : ` @${expectedVersion}`}`,
    );
    this.#try(submission, commandId, 1);
  }

  #try(submission: Submission, name: string, attempt: number): void {
    if (submission.heard) return;
    const { chance, time, faults } = this.#side;
    const place = `${name} try ${attempt}`;
    const again = once(() => {
      time.after(longestBackoffMs * chance.of(`backoff ${place}`), () => this.#try(submission, name, attempt + 1));
    });
    time.after(patienceMs, again);
    this.#send(submission, place, again);
    if (faults.strike(place, "doubleSend")) this.#send(submission, `${place} double`, again);
  }

  #send(submission: Submission, place: string, again: () => void): void {
    const running = this.#choose(place);
    if (running) this.#sendTo(running, submission, place, again);
    else again();
  }

  #sendTo({ process, runtime }: Running, submission: Submission, place: string, again: () => void): void {
    const sent = this.#versions(submission);
    const known = this.#isKnown(submission);
    process.onKill(again);
    process.after(latencyMs * this.#side.chance.of(`to ${place}`), () => {
      execute(runtime, submission).then(
        (outcome) => {
          submission.answers.push({ outcome, sent, answered: this.#versions(submission), known });
          this.#reply(submission, outcome, place, again);
        },
        (error: unknown) => this.#failed(submission, error, again),
      );
    });
  }

  #reply(submission: Submission, outcome: Answer["outcome"], place: string, again: () => void): void {
    const { chance, time, faults } = this.#side;
    time.after(latencyMs * chance.of(`reply to ${place}`), () => {
      if (faults.strike(place, "lostReply")) again();
      else this.#hear(submission, outcome, again);
    });
  }

  #hear(submission: Submission, outcome: Answer["outcome"], again: () => void): void {
    this.#side.trace.add(submission.step.commandId, `is told ${JSON.stringify(outcome)}`);
    submission.heard ||= !gaveUp(submission, outcome);
    if (!submission.heard) again();
    if (outcome.ok) this.#told.push({ token: outcome.token, commandId: submission.step.commandId });
  }

  #failed(submission: Submission, error: unknown, again: () => void): void {
    const { commandId } = submission.step;
    this.#side.trace.add(commandId, `failed: ${error instanceof Error ? error.message : error}`);
    submission.heard ||= !isOutage(error);
    if (isOutage(error)) again();
    else this.surprises.push(`command ${commandId} threw ${error}`);
  }

  #ask(question: Question, attempt: number): void {
    const { name, waitMs } = question.step;
    const { time, chance } = this.#side;
    const place = `${name} try ${attempt}`;
    const end = once(() => {
      question.done ||= !question.insists;
      if (question.done) return;
      time.after(longestBackoffMs * chance.of(`backoff ${place}`), () => this.#ask(question, attempt + 1));
    });
    const running = this.#choose(place);
    if (running) this.#askOf(running, question, place, end);
    else end();
    if (!question.insists) time.after(waitMs + patienceMs, end);
  }

  #askOf({ process, runtime }: Running, question: Question, place: string, end: () => void): void {
    const { name, projection, waitMs } = question.step;
    const { trace, chance } = this.#side;
    const tokens = question.after.map(({ token }) => token);
    trace.add(name, `asks ${projection} of ${process.name} after ${tokens.join(" ") || "nothing"}`);
    process.onKill(end);
    process.after(latencyMs * chance.of(`to ${place}`), () => {
      runtime.ask(queryName(projection), name, { after: tokens, waitMs }).then(
        (outcome) => {
          trace.add(name, outcome.ok ? "is answered" : `is told ${outcome.reason}`);
          question.done ||= outcome.ok;
          end();
        },
        (error: unknown) => {
          if (!isOutage(error)) this.surprises.push(`query ${name} threw ${error}`);
          end();
        },
      );
    });
  }

  #choose(place: string): Running | undefined {
    const { servers, chance } = this.#side;
    return servers[Math.floor(chance.of(`server for ${place}`) * servers.length)]?.running;
  }

  #versions({ streams }: Submission): Versions {
    return new Map(streams.map((stream) => [stream, this.#side.engine.log.versionOf(stream)]));
  }

  #isKnown({ streams, step: { commandId } }: Submission): boolean {
    return streams.some((stream) => this.#side.engine.log.find(stream)?.receipts.has(commandId));
  }
}

function execute(runtime: Runtime, { step, expectedVersion }: Submission): Promise<Answer["outcome"]> {
  const { commandId, commands, together } = step;
  const [first] = commands;
  if (together || !first) return runtime.executeTogether(commands, { commandId });
  return runtime.dispatch({ ...first, commandId, ...(expectedVersion !== undefined && { expectedVersion }) });
}

/** Other writers kept winning, and the client had no version in mind: the command is as good as never sent. */
function gaveUp({ expectedVersion }: Submission, outcome: Answer["outcome"]): boolean {
  if (outcome.ok) return false;
  const refused = "refused" in outcome ? outcome.refused : outcome;
  return refused.reason === "version-conflict" && expectedVersion === undefined;
}

function isOutage(error: unknown): boolean {
  return error instanceof StoreFailureError || error instanceof StoppedError;
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
