/** The suite of the `EventStore` port. */
import { registerCases, type Suite } from "../run-case.ts";
import { appendTogether } from "./append-together.ts";
import { conditionalAppend } from "./conditional-append.ts";
import { durability } from "./durability.ts";
import { fidelity } from "./fidelity.ts";
import type { Log, LogCase } from "./log-case.ts";
import { racing } from "./racing.ts";
import { reading } from "./reading.ts";
import { receiptListing } from "./receipt-listing.ts";
import { receipts } from "./receipts.ts";
import { repeats } from "./repeats.ts";
import { unkeptText } from "./unkept-text.ts";

/** Every promise of the `EventStore` port, as cases. */
export const eventStoreCases: readonly LogCase[] = [
  ...conditionalAppend,
  ...appendTogether,
  ...racing,
  ...receipts,
  ...repeats,
  ...receiptListing,
  ...fidelity,
  ...unkeptText,
  ...reading,
  ...durability,
];

/** Registers with vitest what an event store must do. Call it at the top level of a test file. */
export function eventStoreConformance(suite: Suite<Log>): void {
  registerCases("EventStore", eventStoreCases, suite);
}
