/** Filters of a request, as far as the adapter uses them (docs: "Filters and boolean operators"). */
import { Refusal } from "./refusal.ts";

export type StoredRecord = Readonly<Record<string, unknown>> & { readonly objectID: string };

export interface Filterable {
  readonly numericAttributesForFiltering?: readonly string[];
  readonly attributesForFaceting?: readonly string[];
}

/** Conditions joined by AND. Text is compared without case; what settings do not declare cannot be filtered by. */
export function matcherOf(filters: string, settings: Filterable): (record: StoredRecord) => boolean {
  const tests = filters.split(" AND ").map((condition) => testOf(condition, settings));
  return (record) => tests.every((test) => test(record));
}

function testOf(condition: string, settings: Filterable): (record: StoredRecord) => boolean {
  const [, number, operator, operand] = /^(\w+) (=|<) (\d+)$/.exec(condition) ?? [];
  if (number && settings.numericAttributesForFiltering?.includes(number)) {
    const limit = Number(operand);
    return (record) => (operator === "=" ? record[number] === limit : Number(record[number]) < limit);
  }
  const [, facet, wanted = ""] = /^(\w+):"([^"]*)"$/.exec(condition) ?? [];
  if (facet && settings.attributesForFaceting?.includes(`filterOnly(${facet})`))
    return (record) => String(record[facet]).toLowerCase() === wanted.toLowerCase();
  throw new Refusal(400, `filters: cannot filter by ${condition}`);
}
