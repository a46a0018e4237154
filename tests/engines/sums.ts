/** A projection by hand, straight on the ports: for every stream the sum of what was added to it. */
import { t } from "foldstream";
import type { Engine, FedEvent, ReadModel, Row } from "foldstream/port";
import { byOf } from "./log.ts";

export const sums: ReadModel = {
  name: "sums",
  version: 1,
  kind: "table",
  columns: { id: t.key(), total: t.integer(), events: t.integer() },
  indexes: [],
  search: [],
};

export interface Sum {
  readonly total: number;
  readonly events: number;
}

export function foldSums(events: readonly FedEvent[], before: ReadonlyMap<string, Sum> = new Map()): Map<string, Sum> {
  const after = new Map<string, Sum>();
  for (const event of events) {
    const sum = after.get(event.stream) ?? before.get(event.stream) ?? { total: 0, events: 0 };
    after.set(event.stream, { total: sum.total + byOf(event), events: sum.events + 1 });
  }
  return after;
}

/** Takes one step from the checkpoint. False when there was nothing to take. */
export async function stepSums({ eventFeed, readModels }: Engine, limit: number): Promise<boolean> {
  const expected = await readModels.checkpoint(sums, "0");
  const { events, next } = await eventFeed.read("0", expected, limit);
  if (events.length === 0) return false;
  const before = await readModels.load(sums, [...new Set(events.map(({ stream }) => stream))]);
  const after = foldSums(events, before as ReadonlyMap<string, Row & Sum>);
  const rows = [...after].map(([key, { total, events: count }]) => ({ key, row: { total, events: count } }));
  await readModels.write(sums, { partition: "0", expected, next, rows, facts: [] });
  return true;
}
