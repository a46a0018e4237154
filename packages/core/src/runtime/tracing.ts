/** Where traces take hold of commands: spans begin before the command does, and its events say in which span they came to be. */
import type { CommandOutcome, InOrderOutcome, TogetherOutcome } from "./outcome.ts";

export interface TracedCommand {
  readonly aggregate: string;
  readonly command: string;
}

export interface Tracing {
  /**
   * Runs one command, or several that were handed over together. `traceparent` (W3C Trace Context) is what came with it; the events keep what
   * `run` is given. Must resolve with what `run` resolves with, and fail as it fails.
   */
  command<Outcome extends CommandOutcome | TogetherOutcome | InOrderOutcome>(
    commands: readonly TracedCommand[],
    traceparent: string | undefined,
    run: (traceparent: string | undefined) => Promise<Outcome>,
  ): Promise<Outcome>;
}

export const untraced: Tracing = { command: (_, traceparent, run) => run(traceparent) };
