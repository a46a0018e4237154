/** What a function says of a batch that it was given (docs: "Implementing partial batch responses"). */
import type { Invoked } from "../copy/invoked.ts";

/** Ids of the records that are to be delivered again. Nothing: all of them, since the function failed or its answer cannot be read. */
export function failedIds(invoked: Invoked): ReadonlySet<string> | undefined {
  if (invoked.kind !== "answered") return undefined;
  const failures = (invoked.payload as { readonly batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure) => failure?.itemIdentifier);
  return ids.every((id) => typeof id === "string" && id !== "") ? new Set(ids) : undefined;
}
