/** What every command of the command line is. */
import type { Progress } from "../output/pace.ts";

/** What a command has to tell, for people and for programs. */
export interface CommandResult {
  /** False when the command did what it should and found something wrong: exit code 1. */
  readonly ok?: boolean;
  readonly text: string;
  readonly json: { readonly [field: string]: unknown };
}

export interface Command {
  readonly name:
    | "migrate"
    | "backup"
    | "restore"
    | "verify"
    | "rebuild"
    | "parked"
    | "redrive"
    | "status"
    | "synth"
    | "cost"
    | "lambda";
  /** What to do after Ctrl-C. */
  readonly afterStop: string;
  /** Stops when `signal` says so. */
  run(options: RunOptions): Promise<CommandResult>;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}
