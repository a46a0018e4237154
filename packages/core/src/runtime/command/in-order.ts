/** Commands that are executed in order as long as none fails; a run of them on one stream is decided together and shares an append. */
import { FoldstreamError } from "../../errors.ts";
import type { CommandReceipt } from "../../port/event-store.ts";
import { type Accepted, type CommandOutcome, type InOrderOutcome, isAnswer } from "../outcome.ts";
import type { CommandRequest } from "../runtime.ts";
import { accepted, replay } from "./answers.ts";
import type { CommandSide } from "./command-side.ts";
import { decide, type ResolvedCommand } from "./decide.ts";
import { appendRounds, Round } from "./round.ts";

type Result = PromiseSettledResult<CommandOutcome>;

interface Ways {
  /** Executes the first commands in one append; none where that cannot be done at once. */
  run(requests: readonly CommandRequest[]): Promise<readonly Accepted[]>;
  execute(request: CommandRequest): Promise<CommandOutcome>;
}

/** Executes `requests`, which all have an id: what a run failed to do is then not done twice. */
export async function runInOrder(requests: readonly CommandRequest[], ways: Ways): Promise<InOrderOutcome> {
  const results: Result[] = [];
  for (let [first] = requests; first; first = requests[results.length]) {
    const run = await ways.run(requests.slice(results.length)).catch(() => []);
    results.push(...run.map((value): Result => ({ status: "fulfilled", value })));
    if (run.length > 0) continue;
    const [result] = await Promise.allSettled([ways.execute(first)]);
    results.push(result);
    if (result.status === "rejected" || !isAnswer(result.value)) return heldBack(results, requests.length);
  }
  return { ok: true, results: results as PromiseFulfilledResult<CommandOutcome>[] };
}

/** The last of `results` is the one that failed. */
function heldBack(results: readonly Result[], count: number): InOrderOutcome {
  const message = `The command was not executed, since command ${results.length} before it failed. Send both again.`;
  const behind = Array.from({ length: count - results.length }, (): Result => {
    return { status: "rejected", reason: new FoldstreamError("held-back", message) };
  });
  return { ok: false, reason: "failed", results: [...results, ...behind] };
}

/**
 * Executes the first commands, as far as all are accepted at once, in one append. Where they were executed before, gives
 * those answers again. Answers nothing, and has written nothing, where fewer than two are accepted, or others won: then the first command
 * takes the ordinary way. There are two at least, all on one stream, whose lock the caller holds.
 */
export async function appendRun(side: CommandSide, commands: readonly ResolvedCommand[]): Promise<readonly Accepted[]> {
  const [first] = commands as [ResolvedCommand];
  const { states } = side;
  const known = states.cached(first.stream) ?? (await states.refresh(first.entry, first.stream));
  const round = new Round(first.entry, first.stream, known);
  const run = await decideRun(side, distinct(commands), round);
  if (run.length < 2) return [];
  const result = await appendRounds(side, [round]);
  if (!result.ok) {
    states.forget(first.stream);
    return result.reason === "duplicate-command" ? replays(run, result.receipts) : [];
  }
  return run.map((command, index) => accepted(command, round.write.receipts[index]?.version ?? 0, result.token, false));
}

/** Of the first commands that were executed before, as when a group is delivered again. */
function replays(run: readonly ResolvedCommand[], receipts: readonly CommandReceipt[]): readonly Accepted[] {
  const byId = new Map(receipts.map((receipt) => [receipt.commandId, receipt]));
  const found: Accepted[] = [];
  for (const command of run) {
    const receipt = byId.get(command.metadata.commandId);
    const outcome = receipt && replay(command, receipt);
    if (!outcome?.ok) break;
    found.push(outcome);
  }
  return found;
}

/** Up to the first that is not accepted. */
async function decideRun(
  { catalog, environment }: CommandSide,
  commands: readonly ResolvedCommand[],
  round: Round,
): Promise<readonly ResolvedCommand[]> {
  const now = environment.clock.now();
  for (const [index, command] of commands.entries()) {
    const verdict = await decide(catalog, now, command, round.after);
    if (verdict.kind !== "accepted") return commands.slice(0, index);
    round.add(command, verdict);
  }
  return commands;
}

/** Up to the first whose id another one before it has. */
function distinct(commands: readonly ResolvedCommand[]): readonly ResolvedCommand[] {
  const ids = commands.map(({ metadata }) => metadata.commandId);
  const twin = ids.findIndex((id, index) => ids.indexOf(id) < index);
  return twin < 0 ? commands : commands.slice(0, twin);
}
