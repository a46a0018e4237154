/** How long an invocation may work, so that it ends in order before Lambda ends it. */

export interface Invocation {
  /** Of Lambda's context: until the function's timeout. */
  getRemainingTimeInMillis(): number;
}

/** For what was begun to be finished, and leases to be given back. */
const longestEndingMs = 5_000;
const endingShare = 1 / 4;

export function workMs(invocation: Invocation): number {
  const left = invocation.getRemainingTimeInMillis();
  return Math.max(0, left - Math.min(longestEndingMs, left * endingShare));
}
