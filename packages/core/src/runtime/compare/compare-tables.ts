/**
 * Compares the rows of two builds that go on changing. What differs at first sight is looked at again, and counts only when no event that
 * just one of them includes belongs to the row: so lag is never taken for a difference.
 */
import type { RecordedEvent } from "../../definition/event.ts";
import type { ReadModel, ScannedRow } from "../../port/read-model-store.ts";
import { includesOf } from "../audit/ahead.ts";
import type { Place } from "../audit/expected-rows.ts";
import { backoff } from "../backoff.ts";
import type { PagedEvent } from "../projection/event-pages.ts";
import { handles } from "../projection/fold.ts";
import { commonPlace } from "./common-place.ts";
import type { CompareSide, Pair } from "./compare-side.ts";
import { mergedScan } from "./merged-scan.ts";

/** Rows that are looked at again at a time. */
const suspectsAtOnce = 500;

/** Looks at rows that change under each of them. */
const mostLooks = 50;

export async function compareTables(side: CompareSide): Promise<void> {
  let suspects: string[] = [];
  for await (const pair of mergedScan(side)) {
    if (!side.tally.differs(pair)) side.tally.add(pair);
    else suspects.push(pair.key);
    if (suspects.length < suspectsAtOnce) continue;
    await settle(side, suspects);
    suspects = [];
  }
  await settle(side, suspects);
}

async function settle(side: CompareSide, suspects: readonly string[]): Promise<void> {
  let open = suspects;
  for (let looks = 1; open.length > 0 && looks <= mostLooks; looks++) {
    if (looks > 1) await backoff(side.environment, 2, looks - 1);
    open = await look(side, open);
  }
  side.tally.unsettled += open.length;
}

/** Counts what it can. Returns the keys of rows that differ, and that events which only one build includes belong to. */
async function look(side: CompareSide, keys: readonly string[]): Promise<readonly string[]> {
  const { upTo } = await commonPlace(side);
  const [live, build] = [await rowsAmong(side, side.live, keys), await rowsAmong(side, side.build, keys)];
  const pairs = keys.map((key): Pair => ({ key, live: live.get(key), build: build.get(key) }));
  const differing = pairs.filter((pair) => side.tally.differs(pair));
  const touched = await touchedKeys(side, upTo, await reachOf(side, differing));
  const open = new Set(differing.map(({ key }) => key).filter((key) => touched.has(key)));
  for (const pair of pairs) if (!open.has(pair.key)) side.tally.add(pair);
  return [...open];
}

async function rowsAmong(
  { target }: CompareSide,
  model: ReadModel,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ScannedRow>> {
  const { rows } = await target.scan(model, { limit: keys.length, among: keys });
  return new Map(rows.map((row) => [row.key, row]));
}

/** How far the builds are by now, and the rows, which a target without transactions may write before the checkpoint. */
async function reachOf(side: CompareSide, pairs: readonly Pair[]): Promise<Place> {
  const reach = new Map((await commonPlace(side)).beyond);
  if (!side.target.loadDocuments) return reach;
  for (const { key, live, build } of pairs) {
    const included = [
      await includesOf({ ...side, model: side.live }, { key, found: live }),
      await includesOf({ ...side, model: side.build }, { key, found: build }),
    ];
    for (const place of included)
      for (const [name, position] of place) reach.set(name, Math.max(position, reach.get(name) ?? 0));
  }
  return reach;
}

async function touchedKeys(side: CompareSide, after: Place, until: Place): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const partition of side.partitions) {
    const [from, to] = [after.get(partition) ?? 0, until.get(partition) ?? 0];
    for await (const events of side.pages.walk(partition, from, to))
      for (const event of events) keys.add(keyOf(side, event) ?? "");
  }
  return keys;
}

/** None for an event that the projection passes over, or fails on: it changes no row. */
function keyOf({ projection }: CompareSide, event: PagedEvent): string | undefined {
  const { key } = projection as unknown as { readonly key: (event: RecordedEvent) => string | undefined };
  if (!handles(projection, event.stored)) return undefined;
  try {
    return key(event.recorded);
  } catch {
    return undefined;
  }
}
