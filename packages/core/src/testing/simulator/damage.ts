/** Changes a row behind the runtime's back, as a hand in the database would. */
import { factKey, factPlace } from "../../port/fact-place.ts";
import type { ReadModel, ReadModelStore, Row } from "../../port/read-model-store.ts";
import type { SimulatedRandom } from "./chance.ts";
import type { Ledger } from "./ledger.ts";

export interface DamageSide {
  /** Not the one that the runtime knows: what is written is not noted as a step. */
  readonly target: ReadModelStore;
  readonly ledger: Ledger;
  readonly random: SimulatedRandom;
}

interface Place {
  readonly key: string;
  readonly row: Row;
}

/** Removes, changes or adds a row, where there is one to begin with. */
export async function damage({ target, ledger, random }: DamageSide, model: ReadModel): Promise<void> {
  const { rows } = await target.scan(model, { limit: 1_000 });
  const places = rows.flatMap((found): Place[] => ("row" in found ? [{ key: found.key, row: found.row }] : []));
  if (places.length === 0) return;
  const { key, row } = damaged(model, random.oneOf(places), random);
  const { partition, change } = changeOf(model, key, row);
  const expected = await target.checkpoint(model, partition);
  const result = await target.write(model, { partition, expected, next: expected, rows: [], facts: [], ...change });
  if (result.ok) ledger.damaged(model, key, row);
}

function changeOf({ kind }: ReadModel, key: string, row: Row | null) {
  if (kind === "table") return { partition: "0", change: { rows: [{ key, row }] } };
  const { partition, position, index } = factPlace(key);
  return { partition, change: { facts: [{ position, index, row }] } };
}

function damaged(model: ReadModel, { key, row }: Place, random: SimulatedRandom): { key: string; row: Row | null } {
  const kind = random.oneOf(["removed", "changed", "added"] as const);
  if (kind === "added") return { key: otherKey(model, key, random.whole(1, 9)), row };
  const changeable = Object.keys(model.columns).filter((name) => changed(row[name]) !== undefined);
  if (kind === "removed" || changeable.length === 0) return { key, row: null };
  const name = random.oneOf(changeable);
  return { key, row: { ...row, [name]: changed(row[name]) } };
}

function otherKey({ kind }: ReadModel, key: string, number: number): string {
  if (kind === "table") return `${key}${number}`;
  const place = factPlace(key);
  return factKey({ ...place, index: place.index + number });
}

/** Another value of the same type, for the types of which there is always one. */
function changed(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  return typeof value === "boolean" ? !value : undefined;
}
