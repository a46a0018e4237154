/** What every command of the command line is. */
import type { LogDigest, TransferOptions } from "@foldstream/transfer";

/** What a command has to tell, for people and for programs. */
export interface CommandResult {
  /** False when the command did what it should and found something wrong: exit code 1. */
  readonly ok?: boolean;
  readonly text: string;
  readonly json: { readonly log: LogDigest; readonly [field: string]: unknown };
}

export interface Command {
  readonly name: "migrate" | "backup" | "restore" | "verify";
  /** What to do after Ctrl-C. */
  readonly afterStop: string;
  run(options: TransferOptions): Promise<CommandResult>;
}
