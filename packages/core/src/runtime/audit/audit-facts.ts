/** Audits facts: the log and the read model side by side in one order, so that nothing need be kept in memory. */
import { compareText } from "../../memory/compare-text.ts";
import { factPlace } from "../../port/fact-place.ts";
import type { ScannedRow } from "../../port/read-model-store.ts";
import { type AuditSide, settledCheckpoints } from "./audit-side.ts";
import { differingColumns, fits } from "./differences.ts";
import { type ExpectedFact, expectedFacts, factsOf, isSampled } from "./expected-facts.ts";
import type { Place } from "./expected-rows.ts";
import type { DriftedRow } from "./report.ts";
import { scanAll } from "./scan-all.ts";

/** Drifted facts that are judged together. */
const judgedAtOnce = 200;

export async function auditFacts(side: AuditSide): Promise<void> {
  const drifted = new DriftedFacts(side);
  const place = await settledCheckpoints(side);
  const expected = expectedFacts(side, place);
  let next = await expected.next();
  for await (const page of scanAll(side)) {
    const late: ScannedRow[] = [];
    for (const found of page) {
      for (; !next.done && compareText(next.value.key, found.key) < 0; next = await expected.next())
        drifted.compare(next.value, undefined);
      const wanted = next.done || next.value.key !== found.key ? undefined : next.value;
      if (wanted) next = await expected.next();
      if (wanted || isCovered(place, found)) drifted.compare(wanted, found);
      else late.push(found);
    }
    await compareLate(side, late, drifted);
    await drifted.judgeIf(({ length }) => length >= judgedAtOnce);
  }
  for (; !next.done; next = await expected.next()) {
    drifted.compare(next.value, undefined);
    await drifted.judgeIf(({ length }) => length >= judgedAtOnce);
  }
  await drifted.judgeIf(({ length }) => length > 0);
}

/** Whether the fact would have been there before the audit began, if it were one. */
function isCovered(place: Place, { key }: ScannedRow): boolean {
  const { partition, position } = factPlace(key);
  return !(position > (place.get(partition) ?? Number.POSITIVE_INFINITY));
}

/** Facts that were added since the audit began must be in the log too, and behind the checkpoint, where both are written together. */
async function compareLate(side: AuditSide, late: readonly ScannedRow[], drifted: DriftedFacts): Promise<void> {
  if (late.length === 0) return;
  const checkpoints = await settledCheckpoints(side);
  const written = (partition: string) =>
    side.target.loadDocuments ? Number.POSITIVE_INFINITY : (checkpoints.get(partition) ?? 0);
  for (const [partition, facts] of Map.groupBy(late, ({ key }) => factPlace(key).partition)) {
    const positions = facts.map(({ key }) => factPlace(key).position);
    const until = Math.min(Math.max(...positions), written(partition));
    const given = new Map<string, ExpectedFact>();
    for await (const events of side.pages.walk(partition, Math.min(...positions) - 1, until))
      for (const fact of await factsOf(side, partition, events)) given.set(fact.key, fact);
    for (const found of facts) drifted.compare(given.get(found.key), found);
  }
}

/** Compares facts, and judges those that differ some at a time. */
class DriftedFacts {
  readonly #side: AuditSide;
  #found: DriftedRow[] = [];

  constructor(side: AuditSide) {
    this.#side = side;
  }

  compare(expected: ExpectedFact | undefined, found: ScannedRow | undefined): void {
    const { model, tally } = this.#side;
    const key = expected?.key ?? found?.key ?? "";
    const { partition, position } = factPlace(key);
    if (!isSampled(this.#side, partition, position)) return;
    tally.rows++;
    if (fits(model.columns, expected?.row, found)) return;
    if (!found) this.#found.push({ kind: "missing", key, columns: [] });
    else if ("problem" in found) this.#found.push({ kind: "corrupt", key, columns: [], problem: found.problem });
    else if (!expected) this.#found.push({ kind: "extra", key, columns: [] });
    else this.#found.push({ kind: "corrupt", key, columns: differingColumns(model.columns, expected.row, found.row) });
  }

  /** Facts of a stream that was redriven since are no drift. */
  async judgeIf(due: (found: readonly DriftedRow[]) => boolean): Promise<void> {
    if (!due(this.#found)) return;
    const found = this.#found;
    this.#found = [];
    await settledCheckpoints(this.#side);
    const { repair, tally } = this.#side;
    const keys = found.map((drifted) => tally.add(drifted));
    if (repair) tally.repaired += await repair.facts(this.#side, keys);
  }
}
