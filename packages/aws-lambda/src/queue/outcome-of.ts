/** Whether the message of a command is done with, once it was executed or not. */
import { type CommandOutcome, type CommandRequest, isAnswer, isFoldstreamError } from "foldstream";
import type { CommandHost } from "../host.ts";

/** Executes a command that waits for no other. True when its message is done with. */
export async function isAnswered(host: CommandHost, request: CommandRequest): Promise<boolean> {
  const [result] = await Promise.allSettled([host.runtime.dispatch(request)]);
  return isDone(host, request, result);
}

/**
 * True when it has its answer, which may be the domain's "no". False when another delivery may end otherwise, or a person must have a
 * look: the message stays in its queue, and goes to the dead-letter queue in the end.
 */
export function isDone(
  { log }: CommandHost,
  { aggregate, command, commandId }: CommandRequest,
  result: PromiseSettledResult<CommandOutcome>,
): boolean {
  if (result.status === "rejected") {
    const { reason: error } = result;
    if (!isFoldstreamError(error) || error.code !== "held-back")
      log("error", "A command failed. It is delivered again.", { aggregate, command, commandId, error });
    return false;
  }
  const outcome = result.value;
  if (outcome.ok) return true;
  const answered = isAnswer(outcome);
  log(answered ? "info" : "error", "A command was refused.", { aggregate, command, commandId, ...reasonOf(outcome) });
  return answered;
}

function reasonOf(outcome: CommandOutcome & { readonly ok: false }): object {
  if (outcome.reason === "rejected") return { reason: outcome.reason, code: outcome.rejection.code };
  if (outcome.reason === "invalid") return { reason: outcome.reason, issues: outcome.issues };
  return { reason: outcome.reason };
}
