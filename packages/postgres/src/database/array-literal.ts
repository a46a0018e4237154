/** Arrays of values as PostgreSQL's text for them. The driver does it too, in three times the time, and steps are mostly arrays. */
export type PlainValue = string | number | boolean | null;

export function arrayLiteral(values: readonly PlainValue[]): string {
  return `{${values.map(element).join()}}`;
}

function element(value: PlainValue): string {
  if (value === null) return "NULL";
  if (typeof value !== "string") return String(value);
  return `"${special.test(value) ? value.replace(everySpecial, "\\$&") : value}"`;
}

const special = /["\\]/;
const everySpecial = /["\\]/g;
