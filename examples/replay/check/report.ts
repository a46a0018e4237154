/** Comparisons, for people. */
import { inFull } from "../progress-bar.ts";
import type { Comparison, Difference } from "./compare.ts";

export function report(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ readModel, rows, equal, different }) => [
    readModel,
    inFull(rows),
    inFull(equal),
    inFull(different),
  ]);
  const table = aligned([["read model", "rows", "equal", "different"], ...rows]);
  const differences = comparisons.flatMap((comparison) =>
    comparison.differences.map((difference) => `  ${described(comparison.readModel, difference)}`),
  );
  return [...table, ...differences].join("\n");
}

function described(readModel: string, { key, column, expected, found }: Difference): string {
  const where = `${readModel} ${key}${column === undefined ? "" : `, ${column}`}`;
  return `${where}: DuckDB says ${JSON.stringify(expected) ?? "no row"}, the read model ${JSON.stringify(found) ?? "no row"}`;
}

/** Names to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
}
