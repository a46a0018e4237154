/** Names the drift of rows that differ for certain, by folding their events once more, one after the other. */
import type { Row } from "../../port/read-model-store.ts";
import type { AuditSide, Suspect } from "./audit-side.ts";
import { differingColumns, fits } from "./differences.ts";
import { ExpectedRows, type Place } from "./expected-rows.ts";
import type { DriftedRow } from "./report.ts";

export async function classify(
  side: AuditSide,
  rows: ExpectedRows,
  suspects: readonly Suspect[],
  place: Place,
): Promise<void> {
  if (suspects.length === 0) return;
  const earlier = await equalToAnEarlierState(side, suspects, place);
  const otherOrder = await inAnotherOrder(side, suspects, place);
  const drifting: string[] = [];
  for (const suspect of suspects) {
    const expected = rows.get(suspect.key);
    const drifted = driftOf(side, suspect, expected, earlier.has(suspect.key));
    if (otherOrder && isOrderDependent(side, suspect, drifted, expected, otherOrder.get(suspect.key)))
      side.tally.undecided++;
    else drifting.push(side.tally.add(drifted));
  }
  if (side.repair && drifting.length > 0) side.tally.repaired += await side.repair.rows(side, rows, drifting);
}

function driftOf(
  { model }: AuditSide,
  { key, found }: Suspect,
  expected: Row | undefined,
  wasOnce: boolean,
): DriftedRow {
  if (!found) return { kind: "missing", key, columns: [] };
  if ("problem" in found) return { kind: "corrupt", key, columns: [], problem: found.problem };
  if (!expected) return { kind: wasOnce ? "stale" : "extra", key, columns: [] };
  const columns = differingColumns(model.columns, expected, found.row);
  return { kind: wasOnce ? "stale" : "corrupt", key, columns };
}

/** Keys whose row is what the log gave after an event before the last. */
async function equalToAnEarlierState(
  side: AuditSide,
  suspects: readonly Suspect[],
  place: Place,
): Promise<ReadonlySet<string>> {
  const byKey = new Map(suspects.map((suspect) => [suspect.key, suspect]));
  const states = expectedOf(side, byKey, side.partitions);
  const equal = new Set<string>();
  for (const partition of side.partitions) {
    for await (const events of side.pages.walk(partition, 0, place.get(partition) ?? 0)) {
      for (const event of states.concerning(events)) {
        for (const key of await states.apply([event])) {
          const found = byKey.get(key)?.found;
          if (found && fits(side.model.columns, states.get(key), found)) equal.add(key);
        }
      }
    }
  }
  return equal;
}

/** The rows that the log gives when partitions are folded the other way round. Nothing where there is only one. */
async function inAnotherOrder(
  side: AuditSide,
  suspects: readonly Suspect[],
  place: Place,
): Promise<ExpectedRows | undefined> {
  if (side.partitions.length === 1) return undefined;
  const keys = new Map(suspects.map((suspect) => [suspect.key, suspect]));
  const rows = expectedOf(side, keys, side.partitions.toReversed());
  await rows.advanceTo(place);
  return rows;
}

function expectedOf(
  { projection, pages }: AuditSide,
  keys: ReadonlyMap<string, unknown>,
  partitions: readonly string[],
): ExpectedRows {
  return new ExpectedRows(projection, { pages, partitions, wants: (key) => keys.has(key) });
}

/** Whether the row differs in nothing but what depends on the order of events of several partitions, of which the log says nothing. */
function isOrderDependent(
  { model }: AuditSide,
  { found }: Suspect,
  { columns }: DriftedRow,
  expected: Row | undefined,
  other: Row | undefined,
): boolean {
  if (found && "problem" in found) return false;
  if (!expected || !other) return expected !== other;
  const dependent = new Set(differingColumns(model.columns, expected, other));
  return found !== undefined && columns.every((name) => dependent.has(name));
}
