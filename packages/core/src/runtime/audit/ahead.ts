/** Targets without transactions write rows before the checkpoint: a step that was cut off leaves rows that are ahead of it, and say so. */
import type { AuditSide, Suspect } from "./audit-side.ts";
import { fits } from "./differences.ts";
import type { ExpectedRows, Place } from "./expected-rows.ts";

/** Whether a row is what the log gives up to where the row itself says that it is. */
export async function isAhead(side: AuditSide, rows: ExpectedRows, suspect: Suspect, place: Place): Promise<boolean> {
  if (!side.target.loadDocuments) return false;
  const includes = await includesOf(side, suspect);
  const further = new Map([...place].map(([name, position]) => [name, Math.max(position, includes.get(name) ?? 0)]));
  if ([...further].every(([name, position]) => position === place.get(name))) return false;
  const own = rows.fork(suspect.key);
  await own.advanceTo(further);
  return fits(side.model.columns, own.get(suspect.key), suspect.found);
}

/** How far a row includes each partition. One that is gone says it by its tombstone, which only loading shows. */
export async function includesOf(
  { target, model, partitions }: Pick<AuditSide, "target" | "model" | "partitions">,
  { key, found }: Suspect,
): Promise<Place> {
  if (found) return new Map(Object.entries(("row" in found && found.includes) || {}));
  const loaded = partitions.map(async (partition): Promise<[string, number]> => {
    const documents = await target.loadDocuments?.(model, partition, [key]);
    return [partition, documents?.get(key)?.includes ?? 0];
  });
  return new Map(await Promise.all(loaded));
}
