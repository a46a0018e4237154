/** Units of DynamoDB by bytes (Amazon DynamoDB Developer Guide, "DynamoDB read and write operations"), in the engine's three tables. */

const writeUnitBytes = 1_024;
const readUnitBytes = 4_096;

export interface Units {
  readonly reads: number;
  readonly writes: number;
}

export type Table = "log" | "feed" | "readModels";
export type TableUnits = Readonly<Record<Table, Units>>;

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / writeUnitBytes));
}

/** Of a consistent read; one that may be stale takes half. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / readUnitBytes));
}

/** Of reading through so many bytes in large pages, where rounding up does not matter. */
export function scanUnits(bytes: number): number {
  return bytes / readUnitBytes;
}

export function inTables(parts: Partial<Readonly<Record<Table, Partial<Units>>>>): TableUnits {
  return each((table) => ({ reads: 0, writes: 0, ...parts[table] }));
}

export function times(units: TableUnits, factor: number): TableUnits {
  return each((table) => ({ reads: units[table].reads * factor, writes: units[table].writes * factor }));
}

export function together(some: readonly TableUnits[]): TableUnits {
  return each((table) => sum(some.map((units) => units[table])));
}

export function totalOf(units: TableUnits): Units {
  return sum(Object.values(units));
}

function sum(some: readonly Units[]): Units {
  return some.reduce((total, { reads, writes }) => ({ reads: total.reads + reads, writes: total.writes + writes }), {
    reads: 0,
    writes: 0,
  });
}

function each(of: (table: Table) => Units): TableUnits {
  return { log: of("log"), feed: of("feed"), readModels: of("readModels") };
}
