/** Audits facts: the log and the read model side by side in one order, so that nothing need be kept in memory. */
import { compareText } from "../../memory/compare-text.ts";
import { factPlace } from "../../port/fact-place.ts";
import type { ScannedRow } from "../../port/read-model-store.ts";
import { type AuditSide, checkpointsOf } from "./audit-side.ts";
import { differingColumns, fits } from "./differences.ts";
import { type ExpectedFact, expectedFacts, factsOf, isSampled } from "./expected-facts.ts";
import type { Place } from "./expected-rows.ts";
import { scanAll } from "./scan-all.ts";

export async function auditFacts(side: AuditSide): Promise<void> {
  const place = await checkpointsOf(side);
  const expected = expectedFacts(side, place);
  let next = await expected.next();
  for await (const page of scanAll(side)) {
    const late: ScannedRow[] = [];
    for (const found of page) {
      for (; !next.done && compareText(next.value.key, found.key) < 0; next = await expected.next())
        compare(side, next.value, undefined);
      const wanted = next.done || next.value.key !== found.key ? undefined : next.value;
      if (wanted) next = await expected.next();
      if (wanted || isCovered(place, found)) compareFound(side, wanted, found);
      else late.push(found);
    }
    await compareLate(side, late);
  }
  for (; !next.done; next = await expected.next()) compare(side, next.value, undefined);
}

/** Whether the fact would have been there before the audit began, if it were one. */
function isCovered(place: Place, { key }: ScannedRow): boolean {
  const { partition, position } = factPlace(key);
  return !(position > (place.get(partition) ?? Number.POSITIVE_INFINITY));
}

/** Facts that were added since the audit began must be in the log too, and behind the checkpoint, where both are written together. */
async function compareLate(side: AuditSide, late: readonly ScannedRow[]): Promise<void> {
  if (late.length === 0) return;
  const checkpoints = await checkpointsOf(side);
  const written = (partition: string) =>
    side.target.loadDocuments ? Number.POSITIVE_INFINITY : (checkpoints.get(partition) ?? 0);
  for (const [partition, facts] of Map.groupBy(late, ({ key }) => factPlace(key).partition)) {
    const positions = facts.map(({ key }) => factPlace(key).position);
    const until = Math.min(Math.max(...positions), written(partition));
    const given = new Map<string, ExpectedFact>();
    for await (const events of side.pages.walk(partition, Math.min(...positions) - 1, until))
      for (const fact of await factsOf(side, partition, events)) given.set(fact.key, fact);
    for (const found of facts) compareFound(side, given.get(found.key), found);
  }
}

function compareFound(side: AuditSide, expected: ExpectedFact | undefined, found: ScannedRow): void {
  const { partition, position } = factPlace(found.key);
  if (expected || isSampled(side, partition, position)) compare(side, expected, found);
}

function compare({ model, tally }: AuditSide, expected: ExpectedFact | undefined, found: ScannedRow | undefined): void {
  tally.rows++;
  const key = expected?.key ?? found?.key ?? "";
  if (!found) tally.add({ kind: "missing", key, columns: [] });
  else if ("problem" in found) tally.add({ kind: "corrupt", key, columns: [], problem: found.problem });
  else if (!expected) tally.add({ kind: "extra", key, columns: [] });
  else if (!fits(model.columns, expected.row, found))
    tally.add({ kind: "corrupt", key, columns: differingColumns(model.columns, expected.row, found.row) });
}
