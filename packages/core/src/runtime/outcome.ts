/** What commands and queries answer: values for everything that can be expected. */
import type { Rejection } from "../definition/rejection.ts";
import type { Issue } from "../definition/schema.ts";
import type { FeedPoint } from "../port/event-feed.ts";
import type { ParkedCommand } from "./parking/parked-commands.ts";

export interface Accepted {
  readonly ok: true;
  readonly commandId: string;
  /** Version of the stream after the command. */
  readonly version: number;
  /** Pass it to a query to read what this command wrote. */
  readonly token: string;
  /** True when the command had been executed before, and this is the first answer again. */
  readonly replayed: boolean;
}

export type Refused =
  | { readonly ok: false; readonly reason: "invalid"; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly reason: "rejected"; readonly rejection: Rejection }
  /** The stream is not at the version the caller expected, or other writers kept winning. */
  | {
      readonly ok: false;
      readonly reason: "version-conflict";
      readonly expected: number | undefined;
      readonly actual: number;
    }
  /** The command id belongs to another command on this stream. Nothing was executed. */
  | { readonly ok: false; readonly reason: "command-id-reused"; readonly commandId: string };

export type CommandOutcome = Accepted | Refused;

/** True when executing the command again would be answered the same: it was executed, or the domain or the version says no. */
export function isAnswer(outcome: CommandOutcome): boolean {
  if (outcome.ok || outcome.reason === "rejected") return true;
  return outcome.reason === "version-conflict" && outcome.expected !== undefined;
}

/** Commands in order, as far as none failed: what became of each. */
export type InOrderOutcome =
  | { readonly ok: true; readonly results: readonly PromiseFulfilledResult<CommandOutcome>[] }
  /** The one that failed, and those that were held back behind it, are to be sent again. */
  | {
      readonly ok: false;
      readonly reason: "failed";
      readonly results: readonly PromiseSettledResult<CommandOutcome>[];
    };

/** Several commands, all or nothing: every outcome in order, or the one that stopped them all. */
export type TogetherOutcome =
  | { readonly ok: true; readonly outcomes: readonly Accepted[]; readonly token: string }
  | { readonly ok: false; readonly index: number; readonly refused: Refused };

/** What a query was waiting for when its time ran out. */
export interface NotYet {
  readonly projection: string;
  /** Where the projection must get to; unknown while the feed itself does not show the command. */
  readonly target: FeedPoint | undefined;
  /** Where it is. */
  readonly position: number;
}

export type QueryOutcome<Out> =
  /** `token` stands for all that `after` stood for, however many tokens that were. Absent when there was nothing to wait for. */
  | { readonly ok: true; readonly value: Out; readonly token?: string }
  | { readonly ok: false; readonly reason: "invalid"; readonly issues: readonly Issue[] }
  | {
      readonly ok: false;
      readonly reason: "not-yet-consistent";
      readonly waitedMs: number;
      readonly waitingFor: NotYet;
    }
  /** The read model has set aside a stream that `after` stands for: it will not include the command before that is redriven. */
  | { readonly ok: false; readonly reason: "parked"; readonly parked: ParkedCommand }
  /** This version of the projection is being built, and the one before lacks what the app declares. */
  | { readonly ok: false; readonly reason: "rebuilding"; readonly projection: string };
