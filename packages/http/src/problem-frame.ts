/** Problems on an event stream that has begun. */
import type { Problem } from "./problem.ts";

/** Named events do not reach `onmessage`, so a plain EventSource never mistakes a problem for an answer. */
export function problemFrame(problem: Problem): string {
  return `event: problem\ndata: ${JSON.stringify(problem)}\n\n`;
}
