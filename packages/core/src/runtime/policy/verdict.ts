/** How an attempt at an intent ended. */
import { isFoldstreamError } from "../../errors.ts";
import type { RowChange } from "./intent-table.ts";

export interface Done {
  readonly kind: "done";
  /** What follows from it. */
  readonly then: readonly RowChange[];
  /** For a run of a schedule: when the next one is due. */
  readonly nextAt?: number;
}

export interface Failed {
  readonly kind: "failed";
  readonly error: string;
  /** `for-good`: the engine failed, so it is tried until it works. `limited`: so many times. `never`: it would end the same way again. */
  readonly retry: "for-good" | "limited" | "never";
}

/** The runtime is stopping: nothing happened. */
export interface Stopped {
  readonly kind: "stopped";
}

export type Verdict = Done | Failed | Stopped;

export const done = (then: readonly RowChange[] = []): Done => ({ kind: "done", then });

const hopeless = ["effect-refused", "invalid-intent", "policy-loop", "unknown-name"];

export function verdictOn(error: unknown): Failed | Stopped {
  const message = error instanceof Error ? error.message : String(error);
  const code = isFoldstreamError(error) ? error.code : "";
  if (code === "stopped") return { kind: "stopped" };
  if (code === "store-failure") return { kind: "failed", error: message, retry: "for-good" };
  return { kind: "failed", error: message, retry: hopeless.includes(code) ? "never" : "limited" };
}
