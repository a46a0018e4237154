/** Audits a table: folds the log again, in passes over keys, and compares each row that is there or should be. */
import { type AuditSide, settledCheckpoints } from "./audit-side.ts";
import { fits } from "./differences.ts";
import { FittingRows } from "./fitting-rows.ts";
import { scanAll } from "./scan-all.ts";
import { settle } from "./settle.ts";

/** Rows that are looked at again at a time. */
const suspectsAtOnce = 500;

export async function auditTable(side: AuditSide): Promise<void> {
  const { range, keysPerPass: most } = side;
  for (let from = range.from; from < range.to; ) {
    const pass = new FittingRows(side.projection, { ...side, range: { from, to: range.to }, most });
    await pass.fillTo(await settledCheckpoints(side));
    await comparePass(side, pass);
    from = pass.range.to;
  }
}

/** What differs at first sight may only be ahead of what was folded: it is suspected, and looked at again. */
async function comparePass(side: AuditSide, pass: FittingRows): Promise<void> {
  const { columns } = side.model;
  const seen = new Set<string>();
  for await (const page of scanAll(side)) {
    const own = page.filter(({ key }) => pass.covers(key));
    for (const { key } of own) seen.add(key);
    side.tally.rows += own.length;
    const suspects = own.filter((found) => !fits(columns, pass.rows.get(found.key), found));
    await settleEach(
      side,
      pass,
      suspects.map(({ key }) => key),
    );
  }
  await settleEach(
    side,
    pass,
    pass.rows.keys().filter((key) => !seen.has(key)),
  );
}

async function settleEach(side: AuditSide, { rows }: FittingRows, suspects: readonly string[]): Promise<void> {
  for (let first = 0; first < suspects.length; first += suspectsAtOnce)
    await settle(side, rows, suspects.slice(first, first + suspectsAtOnce));
}
