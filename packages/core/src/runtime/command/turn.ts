/**
 * One turn of a stream: all commands that wait for it are decided one after the other on one state and appended in one conditional
 * write, and each gets its own answer.
 */
import { isPromise } from "../../definition/schema.ts";
import type { AppendResult, CommandReceipt } from "../../port/event-store.ts";
import { backoff } from "../backoff.ts";
import type { AggregateEntry } from "../catalog.ts";
import type { CommandOutcome } from "../outcome.ts";
import { accepted, replay, reused } from "./answers.ts";
import type { CommandSide } from "./command-side.ts";
import { decide, type ResolvedCommand, type Verdict } from "./decide.ts";
import { appendRounds, Round } from "./round.ts";
import type { StreamState } from "./stream-states.ts";

/** A command that waits for its answer. */
export interface PendingCommand {
  readonly command: ResolvedCommand;
  readonly answer: (outcome: CommandOutcome) => void;
  readonly fail: (error: unknown) => void;
}

/** Runs a turn. Every command is answered or failed when it resolves; it never rejects. The caller holds the stream's lock. */
export async function runTurn(
  side: CommandSide,
  entry: AggregateEntry,
  stream: string,
  waiting: readonly PendingCommand[],
): Promise<void> {
  const turn = new Turn(side, entry, stream, waiting);
  try {
    await turn.run();
  } catch (error) {
    side.states.forget(stream);
    turn.failAll(error);
  }
}

class Turn {
  readonly #side: CommandSide;
  readonly #entry: AggregateEntry;
  readonly #stream: string;
  /** Not answered yet; ids are distinct. */
  #open: readonly PendingCommand[];
  /** Commands under an id that another one in this turn has too: they get its answer. */
  readonly #twins = new Map<string, PendingCommand[]>();
  /** True once the state was read after these commands came in: only then is a "no" a fair answer. */
  #current = false;
  #searchedReceipts = false;
  #conflicts = 0;

  constructor(side: CommandSide, entry: AggregateEntry, stream: string, waiting: readonly PendingCommand[]) {
    this.#side = side;
    this.#entry = entry;
    this.#stream = stream;
    this.#open = this.#withoutTwins(waiting);
  }

  async run(): Promise<void> {
    while (this.#open.length > 0) {
      const known = this.#side.states.cached(this.#stream) ?? (await this.#load());
      const deciding = this.#decideAll(known);
      const round = isPromise(deciding) ? await deciding : deciding;
      if (await this.#mayChangeItsMind(round)) continue;
      if (round.write.receipts.length === 0) this.#settle(round, "");
      else await this.#append(round);
    }
  }

  failAll(error: unknown): void {
    for (const pending of this.#open) this.#fail(pending, error);
    this.#open = [];
  }

  /** Where stale reads are cheaper, one will do for a "yes", since the append checks it. */
  #load(): Promise<StreamState> {
    const { states, store } = this.#side;
    return store.capabilities.staleReads ? states.load(this.#entry, this.#stream) : this.#refresh();
  }

  async #refresh(): Promise<StreamState> {
    const state = await this.#side.states.refresh(this.#entry, this.#stream);
    this.#current = true;
    return state;
  }

  #decideAll(known: StreamState): Round | Promise<Round> {
    const round = new Round(this.#entry, this.#stream, known);
    const now = this.#side.environment.clock.now();
    const { catalog } = this.#side;
    const decideFrom = (start: number): Round | Promise<Round> => {
      for (let index = start; index < this.#open.length; index++) {
        const { command } = this.#open[index] as PendingCommand;
        const verdict = decide(catalog, now, command, round.after);
        if (isPromise(verdict)) {
          return verdict.then((ready) => {
            round.add(command, ready);
            return decideFrom(index + 1);
          });
        }
        round.add(command, verdict);
      }
      return round;
    };
    return decideFrom(0);
  }

  /**
   * Before a "no" is given: look at the log once more, since the cached state may be old, and look for the command's receipt, since
   * a retry is often refused for what its first execution did.
   */
  async #mayChangeItsMind({ verdicts }: Round): Promise<boolean> {
    const refused = this.#open.filter((_, index) => verdicts[index]?.kind !== "accepted");
    if (refused.length === 0) return false;
    if (!this.#current) {
      await this.#refresh();
      return true;
    }
    const ids = refused.filter(({ command }) => command.retryable).map(({ command }) => command.metadata.commandId);
    if (this.#searchedReceipts || ids.length === 0) return false;
    this.#searchedReceipts = true;
    return this.#answerFrom(await this.#side.store.receipts(this.#stream, ids));
  }

  async #append(round: Round): Promise<void> {
    const result = await appendRounds(this.#side, [round]);
    if (result.ok) this.#settle(round, result.token);
    else await this.#lost(round, result);
  }

  async #lost(round: Round, result: AppendResult & { readonly ok: false }): Promise<void> {
    if (result.reason === "duplicate-command") {
      this.#answerFrom(result.receipts);
      return;
    }
    if (result.actual < round.after.version - round.write.events.length) this.#side.states.forget(this.#stream);
    if (++this.#conflicts > this.#side.settings.conflictRetries) {
      this.#giveUp(result.actual);
      return;
    }
    if (this.#conflicts > 1)
      await backoff(this.#side.environment, this.#side.settings.conflictBackoffMs, this.#conflicts - 1);
    await this.#refresh();
  }

  /** Verdicts of a round that was not written count for nothing: a "no" may rest on what another command in it would have done. */
  #giveUp(actual: number): void {
    this.#side.states.forget(this.#stream);
    for (const pending of this.#open)
      this.#answer(pending, { ok: false, reason: "version-conflict", expected: undefined, actual });
    this.#open = [];
  }

  #settle({ verdicts }: Round, token: string): void {
    this.#open.forEach((pending, index) => {
      const verdict = verdicts[index] as Verdict;
      if (verdict.kind === "accepted")
        this.#answer(pending, accepted(pending.command, verdict.after.version, token, false));
      else if (verdict.kind === "refused") this.#answer(pending, verdict.refused);
      else this.#fail(pending, verdict.error);
    });
    this.#open = [];
  }

  /** Answers the commands that were executed before. True when there were any. */
  #answerFrom(receipts: readonly CommandReceipt[]): boolean {
    const byId = new Map(receipts.map((receipt) => [receipt.commandId, receipt]));
    this.#open = this.#open.filter((pending) => {
      const receipt = byId.get(pending.command.metadata.commandId);
      if (receipt) this.#answer(pending, replay(pending.command, receipt));
      return !receipt;
    });
    return byId.size > 0;
  }

  #withoutTwins(waiting: readonly PendingCommand[]): readonly PendingCommand[] {
    if (waiting.length === 1) return waiting;
    const seen = new Set<string>();
    return waiting.filter((pending) => {
      const { commandId } = pending.command.metadata;
      if (!seen.has(commandId)) return seen.add(commandId);
      this.#twins.set(commandId, [...(this.#twins.get(commandId) ?? []), pending]);
      return false;
    });
  }

  #answer(pending: PendingCommand, outcome: CommandOutcome): void {
    pending.answer(outcome);
    for (const twin of this.#takeTwins(pending)) {
      if (twin.command.fingerprint !== pending.command.fingerprint) twin.answer(reused(twin.command));
      else twin.answer(outcome.ok ? { ...outcome, replayed: true } : outcome);
    }
  }

  #fail(pending: PendingCommand, error: unknown): void {
    pending.fail(error);
    for (const twin of this.#takeTwins(pending)) twin.fail(error);
  }

  #takeTwins({ command }: PendingCommand): readonly PendingCommand[] {
    const twins = this.#twins.get(command.metadata.commandId) ?? [];
    this.#twins.delete(command.metadata.commandId);
    return twins;
  }
}
