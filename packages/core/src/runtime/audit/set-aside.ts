/** What parked streams wait with: it is not in the read model, and not drift either. */
import type { StoredEvent } from "../../port/event-store.ts";
import type { ReadModel, ReadModelStore } from "../../port/read-model-store.ts";
import { listParked } from "../parking/parked-streams.ts";

/** Of each parked stream, the position from which on its events wait. */
export type SetAside = ReadonlyMap<string, number>;

export async function setAsideOf(target: ReadModelStore, model: ReadModel): Promise<SetAside> {
  const positions = new Map<string, number>();
  for await (const { stream, position } of listParked(target, model)) positions.set(stream, position);
  return positions;
}

export function isSetAside(setAside: SetAside, { stream }: StoredEvent, position: number): boolean {
  return position >= (setAside.get(stream) ?? Number.POSITIVE_INFINITY);
}

export function isSame(one: SetAside, other: SetAside): boolean {
  return one.size === other.size && [...one].every(([stream, position]) => other.get(stream) === position);
}
