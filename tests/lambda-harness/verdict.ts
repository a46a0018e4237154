/** Whether what came of the commands is exactly what was accepted. */
import type { Book } from "./book.ts";

export interface StreamVerdict {
  readonly stream: string;
  readonly accepted: number;
  /** Of the stream, with one event a command. */
  readonly version: number;
  /** What the read model says. */
  readonly value: unknown;
}

export interface Verdict {
  readonly exact: boolean;
  readonly streams: readonly StreamVerdict[];
  /** In words; empty when exact. */
  readonly problems: readonly string[];
}

export function verdictOn(book: Book, streams: readonly StreamVerdict[]): Verdict {
  const problems = [
    ...streams.flatMap(({ stream, accepted, version, value }) =>
      accepted === version && accepted === value
        ? []
        : [`${stream}: ${accepted} commands accepted, ${version} events in the log, ${value} in the read model.`],
    ),
    ...book.withoutOneOutcome().map((id) => `${id} was not answered with one outcome.`),
    ...book.withSharedOutcome().map((id) => `${id} was answered with the outcome of another command.`),
    ...book.refused,
  ];
  return { exact: problems.length === 0, streams, problems };
}
