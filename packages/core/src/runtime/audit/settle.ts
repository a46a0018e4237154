/**
 * Decides about rows that differed at first sight. They are compared once more with the log folded exactly up to the checkpoint, which must
 * be the same before and after they are read: so lag, and steps that are taken meanwhile, are never called drift.
 */
import { backoff } from "../backoff.ts";
import { isAhead } from "./ahead.ts";
import { type AuditSide, checkpointsOf, type Suspect, samePlace } from "./audit-side.ts";
import { classify } from "./classify.ts";
import { fits } from "./differences.ts";
import type { ExpectedRows } from "./expected-rows.ts";
import { Incomparable } from "./incomparable.ts";

/** Looks in a row at a read model that moves on under each of them. Fewer rows are read each time, down to one. */
const mostLooks = 40;

export async function settle(side: AuditSide, rows: ExpectedRows, suspects: readonly string[]): Promise<void> {
  let open = suspects;
  let atOnce = suspects.length;
  for (let looks = 1; open.length > 0; looks++) {
    if (looks > mostLooks) {
      side.tally.unsettled += open.length;
      return;
    }
    if (looks > 1) await backoff(side.environment, 4, looks - 1);
    const keys = open.slice(0, atOnce);
    const { differing, settled } = await look(side, rows, keys);
    const rest = open.slice(atOnce);
    open = settled ? rest : [...differing.map(({ key }) => key), ...rest];
    atOnce = settled ? atOnce : Math.ceil(atOnce / 2);
    if (settled) looks = 0;
  }
}

interface Look {
  readonly differing: readonly Suspect[];
  readonly settled: boolean;
}

async function look(side: AuditSide, rows: ExpectedRows, keys: readonly string[]): Promise<Look> {
  const { target, model } = side;
  const place = await checkpointsOf(side);
  if (rows.isBeyond(place)) throw new Incomparable(movedBack);
  await rows.advanceTo(place);
  const scanned = await target.scan(model, { limit: keys.length, among: keys });
  const found = new Map(scanned.rows.map((row) => [row.key, row]));
  const differing: Suspect[] = [];
  for (const key of keys) {
    const suspect = { key, found: found.get(key) };
    if (fits(model.columns, rows.get(key), suspect.found) || (await isAhead(side, rows, suspect, place))) continue;
    differing.push(suspect);
  }
  const settled = samePlace(place, await checkpointsOf(side));
  if (settled) await classify(side, rows, differing, place);
  return { differing, settled };
}

const movedBack =
  "The checkpoint moved back while the read model was audited. Was it built anew, or changed by hand? Audit it again.";
