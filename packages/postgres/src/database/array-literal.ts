/** Arrays of values as PostgreSQL's text for them. The driver does it too, in three times the time, and steps are mostly arrays. */
export type SqlValue = string | number | boolean | null;

export function arrayLiteral(values: readonly SqlValue[]): string {
  return `{${values.map(element).join()}}`;
}

function element(value: SqlValue): string {
  if (value === null) return "NULL";
  if (typeof value !== "string") return String(value);
  return `"${special.test(value) ? value.replace(everySpecial, "\\$&") : value}"`;
}

const special = /["\\]/;
const everySpecial = /["\\]/g;
