/** Targets that change the rows they hold. */
import { InvalidRowError } from "foldstream";
import type { Row } from "foldstream/port";
import { broken, storing, writing } from "./breaking-targets.ts";

const fidelityOf = (type: string, column: string) => `Port keeps every value of the ${type} column "${column}"`;

/** Changes one column of a row, if the row has it. */
function columnOf(name: string, change: (value: never) => unknown) {
  return storing((row) =>
    row[name] === undefined || row[name] === null ? row : { ...row, [name]: change(row[name] as never) },
  );
}

export const brokenRows = [
  broken(
    "ignores deletions",
    "Port deletes the row of a key, from every way to read it, and lets it come back",
    writing((step) => ({ ...step, rows: step.rows.filter(({ row }) => row !== null) })),
  ),
  broken(
    "refuses a row without saying that it is the row",
    "G4 refuses every value that its column cannot hold as an invalid row, and leaves rows and checkpoint alone",
    (target) => ({
      write: (model, step) =>
        target.write(model, step).catch((cause) => Promise.reject(new Error("The engine failed.", { cause }))),
    }),
  ),
  broken(
    "does not say which row it refuses",
    "G4 refuses every value that its column cannot hold as an invalid row, and leaves rows and checkpoint alone",
    (target) => ({
      write: (model, step) =>
        target.write(model, step).catch(() => Promise.reject(new InvalidRowError("A row was refused."))),
    }),
  ),
  broken(
    "leaves out steps that it cannot hold",
    "G4 refuses every value that its column cannot hold as an invalid row, and leaves rows and checkpoint alone",
    (target) => ({ write: (model, step) => target.write(model, step).catch(() => ({ ok: true })) }),
  ),
  broken(
    "leaves out facts that it cannot hold",
    "G4 refuses every fact that its columns cannot hold as an invalid row, and adds none of its step",
    (target) => ({
      write: (model, step) =>
        target.write(model, step).catch((error) => (step.facts.length > 0 ? { ok: true } : Promise.reject(error))),
    }),
  ),
  broken("merges a row into the one before it", "Port replaces a row whole", (target) => ({
    async write(model, step) {
      const before = await target.load(
        model,
        step.rows.map(({ key }) => key),
      );
      const merged = step.rows.map(({ key, row }) => {
        const set = Object.entries(row ?? {}).filter(([, value]) => value !== null);
        return { key, row: row && { ...row, ...before.get(key), ...Object.fromEntries(set) } };
      });
      return target.write(model, { ...step, rows: merged });
    },
  })),
  broken("compares keys without case", "Port keeps keys apart, whatever they are made of", (target) => ({
    write: (model, step) =>
      target.write(model, { ...step, rows: step.rows.map(({ key, row }) => ({ key: key.toLowerCase(), row })) }),
  })),
  broken(
    "loads 1,000 keys at most",
    "Port writes 2,000 rows in a step, and loads the ones that exist among 5,000 keys",
    (target) => ({ load: (model, keys) => target.load(model, keys.slice(0, 1_000)) }),
  ),
  broken(
    "hands out the row that it holds",
    "Port hands out copies: whoever changes a row that was written or read changes nothing",
    (target) => {
      const held = new Map<string, Row>();
      return {
        reader(model) {
          const reader = target.reader(model);
          return {
            ...reader,
            async get(key) {
              const row = held.get(key) ?? (await reader.get(key));
              if (row) held.set(key, row);
              return row;
            },
          };
        },
      };
    },
  ),
  broken(
    "hands out the row that it holds when it is searched for",
    "Port hands out copies: whoever changes a row that was written or read changes nothing",
    (target) => {
      let found: readonly Row[] = [];
      return {
        reader(model) {
          const reader = target.reader(model);
          return {
            ...reader,
            async search(text, options) {
              found = await reader.search(text, options);
              return found;
            },
            get: async (key) => found.find((row) => row.id === key) ?? reader.get(key),
          };
        },
      };
    },
  ),
  broken(
    "trims text",
    fidelityOf("text", "title"),
    columnOf("title", (value: string) => value.trim()),
  ),
  broken(
    "takes empty text for null",
    fidelityOf("text", "author"),
    storing((row) => ({ ...row, author: row.author || null })),
  ),
  broken(
    "keeps 32 bits of an integer",
    fidelityOf("integer", "pages"),
    columnOf("pages", (value: number) => value | 0),
  ),
  broken(
    "takes 0 for null",
    fidelityOf("integer", "shelf"),
    storing((row) => ({ ...row, shelf: row.shelf || null })),
  ),
  broken(
    "keeps 32 bits of a real number",
    fidelityOf("real", "rating"),
    columnOf("rating", (value: number) => Math.min(Math.fround(value), Number.MAX_VALUE)),
  ),
  broken(
    "takes null for 0",
    fidelityOf("real", "price"),
    storing((row) => ({ ...row, price: row.price ?? 0 })),
  ),
  broken(
    "takes every boolean for true",
    fidelityOf("boolean", "inPrint"),
    columnOf("inPrint", () => true),
  ),
  broken(
    "takes null for false",
    fidelityOf("boolean", "lent"),
    storing((row) => ({ ...row, lent: row.lent ?? false })),
  ),
  broken(
    "keeps times to the second",
    fidelityOf("timestamp", "addedAt"),
    columnOf("addedAt", (value: string) => value.replace(/\.\d+/, ".000")),
  ),
  broken(
    "takes null for the beginning of time",
    fidelityOf("timestamp", "soldAt"),
    storing((row) => ({ ...row, soldAt: row.soldAt ?? "1970-01-01T00:00:00.000Z" })),
  ),
  broken(
    "keeps JSON as its text",
    fidelityOf("json", "details"),
    columnOf("details", (value: unknown) => JSON.stringify(value)),
  ),
  broken(
    "makes the least number of a negative zero",
    "Port gives negative zero back as a zero",
    columnOf("rating", (value: number) => (Object.is(value, -0) ? -5e-324 : value)),
  ),
];
