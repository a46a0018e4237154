/** Commands on several streams as one: decided on locked streams, appended in one write, all or nothing. */
import { StoreFailureError } from "../errors.ts";
import type { CommandReceipt } from "../port/event-store.ts";
import { backoff } from "./backoff.ts";
import { decide, type ResolvedCommand } from "./decide.ts";
import type { Accepted, Refused, TogetherOutcome } from "./outcome.ts";
import type { StreamState } from "./stream-states.ts";
import { accepted, type CommandSide, RoundBuilder, replay } from "./turn.ts";

interface Attempt {
  readonly rounds: ReadonlyMap<string, RoundBuilder>;
  /** The first command that was refused. */
  readonly stopped?: { readonly index: number; readonly refused: Refused };
}

/** Executes `commands`, which share one command id. The caller holds the locks of all their streams. */
export async function runTogether(side: CommandSide, commands: readonly ResolvedCommand[]): Promise<TogetherOutcome> {
  const streams = new Map(commands.map((command) => [command.stream, command]));
  if (streams.size > side.store.capabilities.streamsPerAppend) {
    throw new StoreFailureError(
      `executeTogether: ${streams.size} streams in one append; this store takes ${side.store.capabilities.streamsPerAppend}. Nothing was written.`,
    );
  }
  for (const stream of streams.keys()) side.states.forget(stream);
  for (let conflicts = 0; ; conflicts++) {
    if (conflicts > 0) await backoff(side.environment, side.settings.conflictBackoffMs, conflicts);
    const attempt = await decideTogether(side, commands, streams);
    if (attempt.stopped) return (await earlierAnswer(side, commands, streams)) ?? { ok: false, ...attempt.stopped };
    const result = await side.store.append([...attempt.rounds.values()].map(({ write }) => write));
    if (result.ok) return committed(side, commands, attempt, result.token);
    if (result.reason === "duplicate-command") return answerFrom(commands, result.receipts);
    if (conflicts >= side.settings.conflictRetries) {
      const refused: Refused = { ok: false, reason: "version-conflict", expected: undefined, actual: result.actual };
      return { ok: false, index: commands.findIndex(({ stream }) => stream === result.stream), refused };
    }
  }
}

async function decideTogether(
  side: CommandSide,
  commands: readonly ResolvedCommand[],
  streams: ReadonlyMap<string, ResolvedCommand>,
): Promise<Attempt> {
  const rounds = new Map<string, RoundBuilder>();
  for (const [stream, { entry }] of streams)
    rounds.set(stream, new RoundBuilder(stream, await side.states.refresh(entry, stream)));
  const now = side.environment.clock.now();
  for (const [index, command] of commands.entries()) {
    const round = rounds.get(command.stream) as RoundBuilder;
    const verdict = await decide(side.catalog, now, command, round.after);
    if (verdict.kind === "failed") throw verdict.error;
    if (verdict.kind === "refused") return { rounds, stopped: { index, refused: verdict.refused } };
    round.add(command, verdict);
  }
  for (const { write } of rounds.values()) write.receipts.splice(0, write.receipts.length - 1);
  return { rounds };
}

function committed(
  side: CommandSide,
  commands: readonly ResolvedCommand[],
  { rounds }: Attempt,
  token: string,
): TogetherOutcome {
  const versions = new Map<string, StreamState>();
  for (const [stream, { after }] of rounds) {
    side.states.keep(stream, after);
    versions.set(stream, after);
  }
  const outcomes = commands.map((command) =>
    accepted(command, versions.get(command.stream)?.version ?? 0, token, false),
  );
  return { ok: true, outcomes, token };
}

async function earlierAnswer(
  side: CommandSide,
  commands: readonly ResolvedCommand[],
  streams: ReadonlyMap<string, ResolvedCommand>,
): Promise<TogetherOutcome | undefined> {
  const [first] = commands;
  if (!first?.retryable) return undefined;
  const found = await Promise.all(
    [...streams.keys()].map((stream) => side.store.receipts(stream, [first.metadata.commandId])),
  );
  const receipts = found.flat();
  return receipts.length > 0 ? answerFrom(commands, receipts) : undefined;
}

/** The first answer again, or a refusal when the id was used for something else. */
function answerFrom(commands: readonly ResolvedCommand[], receipts: readonly CommandReceipt[]): TogetherOutcome {
  const byStream = new Map(receipts.map((receipt) => [receipt.stream, receipt]));
  const outcomes: Accepted[] = [];
  for (const [index, command] of commands.entries()) {
    const receipt = byStream.get(command.stream);
    const outcome = receipt ? replay(command, receipt) : undefined;
    if (outcome?.ok) outcomes.push(outcome);
    else
      return {
        ok: false,
        index,
        refused: { ok: false, reason: "command-id-reused", commandId: command.metadata.commandId },
      };
  }
  return { ok: true, outcomes, token: outcomes[0]?.token ?? "" };
}
