/** Compares a read model with what it must hold, row by row and column by column. */
export type Row = Readonly<Record<string, unknown>>;

export interface Difference {
  readonly key: string;
  /** Missing for a row that is there on one side only. */
  readonly column?: string;
  readonly expected: unknown;
  readonly found: unknown;
}

export interface Comparison {
  readonly readModel: string;
  /** Rows on either side. */
  readonly rows: number;
  readonly equal: number;
  readonly different: number;
  /** The first few. */
  readonly differences: readonly Difference[];
}

const shown = 5;

export function isEqual(comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ different }) => different === 0);
}

export function compare(
  readModel: string,
  keyColumn: string,
  expected: readonly Row[],
  found: readonly Row[],
): Comparison {
  const [wanted, there] = [byKey(keyColumn, expected), byKey(keyColumn, found)];
  const keys = new Set([...wanted.keys(), ...there.keys()]);
  const differences = [...keys].flatMap((key) => differenceOf(key, wanted.get(key), there.get(key)) ?? []);
  return {
    readModel,
    rows: keys.size,
    equal: keys.size - differences.length,
    different: differences.length,
    differences: differences.slice(0, shown),
  };
}

function byKey(column: string, rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [String(row[column]), row]));
}

function differenceOf(key: string, expected: Row | undefined, found: Row | undefined): Difference | undefined {
  if (!expected || !found) return { key, expected: expected && "a row", found: found && "a row" };
  const column = Object.keys(expected).find((name) => expected[name] !== found[name]);
  return column === undefined ? undefined : { key, column, expected: expected[column], found: found[column] };
}
