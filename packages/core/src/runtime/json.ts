/** JSON as the log holds it: exact, or refused. */

/** Says where `value` is not plain JSON, or nothing. `undefined` properties count as absent, as in `JSON.stringify`. */
export function jsonProblem(value: unknown, path = ""): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `${path || "it"} is ${value}`;
    case "object":
      if (value === null) return undefined;
      if (Array.isArray(value)) return firstProblem(value.entries(), path);
      if (isPlainObject(value)) return objectProblem(value as Record<string, unknown>, path);
      return `${path || "it"} is a ${value.constructor?.name ?? "special object"}; use text or plain objects instead`;
    default:
      return `${path || "it"} is of type ${typeof value}`;
  }
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function objectProblem(value: Record<string, unknown>, path: string): string | undefined {
  for (const key in value) {
    const member = value[key];
    const problem = member === undefined ? undefined : jsonProblem(member, `${path}/${key}`);
    if (problem) return problem;
  }
  return undefined;
}

function firstProblem(entries: Iterable<[number, unknown]>, path: string): string | undefined {
  for (const [index, member] of entries) {
    const problem = jsonProblem(member, `${path}/${index}`);
    if (problem) return problem;
  }
  return undefined;
}

/** JSON text with sorted keys: equal for equal values, whatever the order in which they were written. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const record = value as Record<string, unknown>;
  const members = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  return `{${members.join(",")}}`;
}
