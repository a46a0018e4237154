/** What a command is answered once it was executed, now or before. */
import type { CommandReceipt } from "../../port/event-store.ts";
import type { Accepted, CommandOutcome, Refused } from "../outcome.ts";
import type { ResolvedCommand } from "./decide.ts";

export function accepted(command: ResolvedCommand, version: number, token: string, replayed: boolean): Accepted {
  return { ok: true, commandId: command.metadata.commandId, version, token, replayed };
}

/** The first answer again, unless the id was used for something else. */
export function replay(command: ResolvedCommand, receipt: CommandReceipt): CommandOutcome {
  if (receipt.fingerprint !== command.fingerprint) return reused(command);
  return accepted(command, receipt.version, receipt.token, true);
}

export function reused({ metadata }: ResolvedCommand): Refused {
  return { ok: false, reason: "command-id-reused", commandId: metadata.commandId };
}
