/** The time in which a process may work on a read model, and how it writes in it. */
import type { ReadModel, ReadModelStore, ReadModelWrite, WriteResult } from "../../port/read-model-store.ts";
import { isRefusedRow } from "../parking/event-failed-error.ts";
import type { ParkedStreams } from "../parking/parked-streams.ts";

/** A stretch of time in which this process may work on a projection, under one epoch of its lease. */
export interface Tenure {
  readonly epoch: number;
  /** Nobody else changes them meanwhile. */
  readonly setAside: ParkedStreams;
  /** Ends it: the lease goes on under another epoch. */
  readonly suspend: () => void;
}

/**
 * Writes a step. One that failed may still be done later, on rows that others have changed by then, unless its epoch is over: so a failure
 * suspends the tenure.
 */
export async function writeStep(
  { suspend }: Pick<Tenure, "suspend">,
  target: ReadModelStore,
  model: ReadModel,
  step: ReadModelWrite,
): Promise<WriteResult> {
  try {
    return await target.write(model, step);
  } catch (error) {
    if (!isRefusedRow(error)) suspend();
    throw error;
  }
}
