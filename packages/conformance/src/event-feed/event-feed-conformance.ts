/** The suite of the `EventFeed` port, on the store that fills the feed. */
import type { Log, LogCase } from "../event-store/log-case.ts";
import { registerCases, type Suite } from "../run-case.ts";
import { live } from "./live.ts";
import { order } from "./order.ts";
import { tokens } from "./tokens.ts";

/** Every promise of the `EventFeed` port, as cases. */
export const eventFeedCases: readonly LogCase[] = [...order, ...live, ...tokens];

/** Registers with vitest what an event feed must do. Call it at the top level of a test file. */
export function eventFeedConformance(suite: Suite<Log>): void {
  registerCases("EventFeed", eventFeedCases, suite);
}
