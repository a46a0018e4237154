/** A function that rebuilds a read model for as long as it may, and goes on from there when it is invoked again. */
import { isFoldstreamError, type RebuildProgress, type RebuildResult } from "foldstream";
import { LambdaError } from "../errors.ts";
import type { LambdaHost } from "../host.ts";
import { at, textAt } from "../json.ts";
import { type Invocation, workMs } from "../time-left.ts";

export type RebuildSlice =
  | ({ readonly finished: true } & RebuildResult)
  /** Invoke it again with the same event. */
  | { readonly finished: false; readonly progress?: RebuildProgress };

export type RebuildFunction = (event: unknown, invocation: Invocation) => Promise<RebuildSlice>;

/** The event names the `projection`; `switch` says whether it serves then, where that is not what a rebuild does by itself. */
export function rebuildFunction({ runtime }: LambdaHost): RebuildFunction {
  return async (event, invocation) => {
    const projection = textAt(event, "projection");
    if (projection === undefined)
      throw new LambdaError(
        "unsupported-event",
        'Expected an event such as { "projection": "totals" }. Nothing was rebuilt.',
      );
    const wanted = at(event, "switch");
    const signal = { aborted: false };
    const timer = setTimeout(() => {
      signal.aborted = true;
    }, workMs(invocation));
    let progress: RebuildProgress | undefined;
    const onProgress = (told: RebuildProgress) => {
      progress = told;
    };
    try {
      const options = { signal, onProgress, ...(typeof wanted === "boolean" && { switch: wanted }) };
      return { finished: true, ...(await runtime.builds.rebuild(projection, options)) };
    } catch (error) {
      if (!signal.aborted || !isFoldstreamError(error) || error.code !== "stopped") throw error;
      return { finished: false, ...(progress && { progress }) };
    } finally {
      clearTimeout(timer);
    }
  };
}
