/** Commands on several streams as one: decided on locked streams, appended in one write, all or nothing. */
import { FoldstreamError } from "../../errors.ts";
import type { CommandReceipt } from "../../port/event-store.ts";
import { backoff } from "../backoff.ts";
import type { Accepted, Refused, TogetherOutcome } from "../outcome.ts";
import { accepted, replay, reused } from "./answers.ts";
import type { CommandSide } from "./command-side.ts";
import { decide, type ResolvedCommand, type Verdict } from "./decide.ts";
import { appendRounds, Round } from "./round.ts";
import type { StreamState } from "./stream-states.ts";

interface Attempt {
  readonly rounds: ReadonlyMap<string, Round>;
  /** The first command that was refused, or whose handler threw. */
  readonly stopped?: { readonly index: number; readonly verdict: Exclude<Verdict, { readonly kind: "accepted" }> };
}

type Streams = ReadonlyMap<string, ResolvedCommand>;

/** Executes `commands`, which share one command id. The caller holds the locks of all their streams. */
export async function runTogether(side: CommandSide, commands: readonly ResolvedCommand[]): Promise<TogetherOutcome> {
  const streams = new Map(commands.map((command) => [command.stream, command]));
  if (streams.size > side.store.capabilities.streamsPerAppend) {
    throw new FoldstreamError(
      "too-many-streams",
      `executeTogether: expected at most ${side.store.capabilities.streamsPerAppend} streams, as this store takes in one append, found ${streams.size}. Nothing was written.`,
    );
  }
  try {
    return await decideAndAppend(side, commands, streams);
  } catch (error) {
    for (const stream of streams.keys()) side.states.forget(stream);
    throw error;
  }
}

/** Decides on what the cache knows, since the append checks it; before a "no" is given, the log is looked at. */
async function decideAndAppend(
  side: CommandSide,
  commands: readonly ResolvedCommand[],
  streams: Streams,
): Promise<TogetherOutcome> {
  let current = false;
  for (let conflicts = 0; ; ) {
    const known = await statesOf(side, streams, current);
    const attempt = await decideTogether(side, commands, known);
    if (attempt.stopped && !current) {
      current = true;
      continue;
    }
    if (attempt.stopped) return (await earlierAnswer(side, commands, streams)) ?? refusal(attempt.stopped);
    const result = await appendRounds(side, [...attempt.rounds.values()]);
    if (result.ok) return acceptedTogether(commands, attempt, result.token);
    if (result.reason === "duplicate-command") return answerFrom(commands, result.receipts);
    if (conflicts >= side.settings.conflictRetries) {
      side.states.forget(result.stream);
      const refused: Refused = { ok: false, reason: "version-conflict", expected: undefined, actual: result.actual };
      return { ok: false, index: commands.findIndex(({ stream }) => stream === result.stream), refused };
    }
    if (result.actual < (known.get(result.stream)?.version ?? 0)) side.states.forget(result.stream);
    if (conflicts > 0) await backoff(side.environment, side.settings.conflictBackoffMs, conflicts);
    conflicts++;
    current = true;
  }
}

async function statesOf(
  { states }: CommandSide,
  streams: Streams,
  current: boolean,
): Promise<ReadonlyMap<string, StreamState>> {
  const found = [...streams].map(async ([stream, { entry }]): Promise<[string, StreamState]> => {
    const cached = current ? undefined : states.cached(stream);
    return [stream, cached ?? (await states.refresh(entry, stream))];
  });
  return new Map(await Promise.all(found));
}

async function decideTogether(
  side: CommandSide,
  commands: readonly ResolvedCommand[],
  known: ReadonlyMap<string, StreamState>,
): Promise<Attempt> {
  const rounds = new Map(
    commands.map(({ entry, stream }) => [stream, new Round(entry, stream, known.get(stream) as StreamState)]),
  );
  const now = side.environment.clock.now();
  for (const [index, command] of commands.entries()) {
    const round = rounds.get(command.stream) as Round;
    const verdict = await decide(side.catalog, now, command, round.after);
    if (verdict.kind !== "accepted") return { rounds, stopped: { index, verdict } };
    round.add(command, verdict);
  }
  for (const { write } of rounds.values()) write.receipts.splice(0, write.receipts.length - 1);
  return { rounds };
}

/** @throws what the handler threw. */
function refusal({ index, verdict }: NonNullable<Attempt["stopped"]>): TogetherOutcome {
  if (verdict.kind === "failed") throw verdict.error;
  return { ok: false, index, refused: verdict.refused };
}

function acceptedTogether(commands: readonly ResolvedCommand[], { rounds }: Attempt, token: string): TogetherOutcome {
  const outcomes = commands.map((command) =>
    accepted(command, rounds.get(command.stream)?.after.version ?? 0, token, false),
  );
  return { ok: true, outcomes, token };
}

async function earlierAnswer(
  side: CommandSide,
  commands: readonly ResolvedCommand[],
  streams: Streams,
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
    else return { ok: false, index, refused: reused(command) };
  }
  return { ok: true, outcomes, token: outcomes[0]?.token ?? "" };
}
