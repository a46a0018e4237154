/** Targets whose scans or repairs are wrong. */
import type { ReadModel, ReadModelStore, ReadModelWrite, ScanOptions, ScanPage } from "foldstream/port";
import { broken, writing } from "./breaking-targets.ts";

/** A target that changes the pages of its scans. */
function scanning(change: (page: ScanPage, options: ScanOptions, model: ReadModel) => ScanPage) {
  return (target: ReadModelStore): Partial<ReadModelStore> => ({
    scan: async (model, options) => change(await target.scan(model, options), options, model),
  });
}

/** A target that changes the facts it is told to take out. */
function withdrawing(change: (step: ReadModelWrite) => ReadModelWrite) {
  return writing((step) => (step.facts.some(({ row }) => row === null) ? change(step) : step));
}

export const brokenScans = [
  broken(
    "skips the row after each page",
    "G8 scans every row once, by key in the order of code points, whatever the size of pages",
    (target) => ({
      async scan(model, options) {
        const { rows, next } = await target.scan(model, { ...options, limit: options.limit + 1 });
        return { rows: rows.slice(0, options.limit), ...(next !== undefined && { next }) };
      },
    }),
  ),
  broken(
    "scans rows in the order of a locale",
    "G8 scans every row once, by key in the order of code points, whatever the size of pages",
    scanning((page) => ({ ...page, rows: page.rows.toSorted((one, other) => one.key.localeCompare(other.key)) })),
  ),
  broken(
    "scans rows without their key",
    "G8 scans rows as readers give them, only those that are there, and only its own",
    scanning((page) => ({
      ...page,
      rows: page.rows.map((found) => {
        if (!("row" in found)) return found;
        const { id: _, ...row } = found.row;
        return { ...found, row };
      }),
    })),
  ),
  broken(
    "scans rows that were deleted",
    "G8 scans rows as readers give them, only those that are there, and only its own",
    (target) => {
      const deleted = new Set<string>();
      return {
        async write(model, step) {
          for (const { key, row } of step.rows) if (row === null) deleted.add(key);
          return target.write(model, step);
        },
        async scan(model, options) {
          const page = await target.scan(model, options);
          return { ...page, rows: [...page.rows, ...[...deleted].map((key) => ({ key, row: {} }))] };
        },
      };
    },
  ),
  broken("scans all rows, whatever the keys", "G8 scans among keys: the rows of those that have one", (target) => ({
    scan: (model, { among: _, ...options }) => target.scan(model, options),
  })),
  broken(
    "scans all facts of a partition under one place",
    "G8 scans facts by partition, position and index, each under its place",
    scanning((page, _, { kind }) => ({
      ...page,
      rows: page.rows.map((row) => (kind === "facts" ? { ...row, key: `${row.key.split("#")[0]}#1#0` } : row)),
    })),
  ),
  broken(
    "writes nothing where the checkpoint does not move",
    "G8 repairs rows at an unchanged checkpoint, and refuses when it has moved",
    writing((step) => (step.expected === step.next ? { ...step, rows: [] } : step)),
  ),
  broken(
    "does not take facts out",
    "G8 takes facts out again, from every way to read them, only where it is told to",
    withdrawing((step) => ({ ...step, facts: step.facts.filter(({ row }) => row !== null) })),
  ),
  broken(
    "takes out every fact of an event",
    "G8 takes facts out again, from every way to read them, only where it is told to",
    withdrawing((step) => ({
      ...step,
      facts: step.facts.flatMap((fact) => (fact.row === null ? [fact, { ...fact, index: fact.index + 1 }] : [fact])),
    })),
  ),
];
