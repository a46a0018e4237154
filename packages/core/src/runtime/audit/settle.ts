/**
 * Decides about rows that differed at first sight. They are compared once more with the log folded exactly up to the checkpoint. Only rows
 * that no event changed between the checkpoint before they were read and the one after are judged, the others are looked at again: so
 * neither lag nor a step that is taken meanwhile is ever called drift.
 */
import { backoff } from "../backoff.ts";
import { isAhead } from "./ahead.ts";
import { type AuditSide, type Suspect, settledCheckpoints } from "./audit-side.ts";
import { classify } from "./classify.ts";
import { fits } from "./differences.ts";
import type { ExpectedRows, Place } from "./expected-rows.ts";
import { Incomparable } from "./incomparable.ts";

/** Looks at rows that change under each of them. */
const mostLooks = 50;

export async function settle(side: AuditSide, rows: ExpectedRows, suspects: readonly string[]): Promise<void> {
  let open = suspects;
  for (let looks = 1; open.length > 0 && looks <= mostLooks; looks++) {
    if (looks > 1) await backoff(side.environment, 2, looks - 1);
    open = await look(side, rows, open);
  }
  side.tally.unsettled += open.length;
}

/** Judges what it can. Returns the keys whose rows were changing. */
async function look(side: AuditSide, rows: ExpectedRows, keys: readonly string[]): Promise<readonly string[]> {
  const { target, model } = side;
  const before = await currentPlace(side, rows);
  await rows.advanceTo(before);
  const scanned = await target.scan(model, { limit: keys.length, among: keys });
  const found = new Map(scanned.rows.map((row) => [row.key, row]));
  const differing: Suspect[] = [];
  for (const key of keys) {
    const suspect = { key, found: found.get(key) };
    if (fits(model.columns, rows.get(key), suspect.found)) continue;
    if (!(await isAhead(side, rows, suspect, before))) differing.push(suspect);
  }
  const after = await currentPlace(side, rows);
  const changed = new Set<string>();
  await rows.advanceTo(after, (page) => page.forEach((key) => void changed.add(key)));
  const { still = [], changing = [] } = Object.groupBy(differing, ({ key }) =>
    changed.has(key) ? "changing" : "still",
  );
  await classify(side, rows, still, after);
  return changing.map(({ key }) => key);
}

async function currentPlace(side: AuditSide, rows: ExpectedRows): Promise<Place> {
  const place = await settledCheckpoints(side);
  if (rows.isBeyond(place)) throw new Incomparable(movedBack);
  return place;
}

const movedBack =
  "The checkpoint moved back while the read model was audited. Was it built anew, or changed by hand? Audit it again.";
