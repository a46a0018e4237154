/** What requests consume, by the documented rules (docs: "DynamoDB read and write operations"). */

const writeUnitBytes = 1_024;
const readUnitBytes = 4_096;

/** Of a write: by the larger of the item before and after it; one unit where there is none. Twice in a transaction. */
export function writeUnits(before: number, after: number, inTransaction = false): number {
  const units = Math.max(1, Math.ceil(Math.max(before, after) / writeUnitBytes));
  return inTransaction ? 2 * units : units;
}

export type Consistency = "eventual" | "strong" | "transaction";

const unitsPerStep: Readonly<Record<Consistency, number>> = { eventual: 0.5, strong: 1, transaction: 2 };

/** Of reading so many bytes: an item's, or all that a query passed over. */
export function readUnits(bytes: number, consistency: Consistency): number {
  return Math.max(1, Math.ceil(bytes / readUnitBytes)) * unitsPerStep[consistency];
}
