/** Executes one command of a message, and says whether the message is done with. */
import type { CommandOutcome, CommandRequest } from "foldstream";
import type { CommandHost } from "../host.ts";

/**
 * True when it has its answer, which may be the domain's "no". False when another delivery may end otherwise, or a person must have a
 * look: the message stays in its queue, and goes to the dead-letter queue in the end.
 */
export async function isAnswered({ runtime, log }: CommandHost, request: CommandRequest): Promise<boolean> {
  const { aggregate, command, commandId } = request;
  try {
    const outcome = await runtime.dispatch(request);
    if (outcome.ok) return true;
    const answered = isAnswer(outcome, request);
    log(answered ? "info" : "error", "A command was refused.", { aggregate, command, commandId, ...reasonOf(outcome) });
    return answered;
  } catch (error) {
    log("error", "A command failed. It is delivered again.", { aggregate, command, commandId, error });
    return false;
  }
}

function isAnswer(outcome: CommandOutcome, { expectedVersion }: CommandRequest): boolean {
  if (outcome.ok || outcome.reason === "rejected") return true;
  return outcome.reason === "version-conflict" && expectedVersion !== undefined;
}

function reasonOf(outcome: CommandOutcome): object {
  if (outcome.ok) return {};
  if (outcome.reason === "rejected") return { reason: outcome.reason, code: outcome.rejection.code };
  if (outcome.reason === "invalid") return { reason: outcome.reason, issues: outcome.issues };
  return { reason: outcome.reason };
}
