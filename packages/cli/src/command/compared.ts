/** What `rebuild --compare` tells. */
import type { BuildComparison, ComparedBuild, DifferingRow } from "foldstream";
import { inFull } from "../output/pace.ts";
import type { CommandResult } from "./command.ts";

export function compared(comparison: BuildComparison): CommandResult {
  const { equal, live, build, differing, differences, otherColumns, unsettled, problem } = comparison;
  const differ = differences.both + differences.live + differences.build;
  const lines = [
    described("live", live),
    described("built", build),
    ...(otherColumns.length > 0 ? [`Not compared, since only one of them has it: ${otherColumns.join(", ")}.`] : []),
    ...(problem === undefined ? [] : [`Not compared at one position: ${problem}`]),
    ...(differ > 0 ? [counted(comparison), ...differing.map(named)] : []),
    ...(differ > differing.length ? [`  and ${inFull(differ - differing.length)} more`] : []),
    ...(unsettled > 0 ? [`${inFull(unsettled)} rows changed faster than they could be compared. Run it again.`] : []),
    ...(equal ? ["The two are equal."] : []),
  ];
  return { ok: equal, text: lines.join("\n"), json: { ...comparison } };
}

function described(what: string, { version, build, rows, digest, parked, lag }: ComparedBuild): string {
  const less = [
    ...(parked > 0 ? [`without ${inFull(parked)} parked streams`] : []),
    ...(lag > 0 ? [`${inFull(lag)} positions behind`] : []),
  ];
  const facts = [`${inFull(rows)} rows`, `digest ${digest}`, ...less];
  return `${what}: version ${version} build ${build}, ${facts.join(", ")}`;
}

function counted({ differences: { both, live, build } }: BuildComparison): string {
  const kinds = [
    ...(both > 0 ? [`${inFull(both)} differ`] : []),
    ...(live > 0 ? [`${inFull(live)} only in the live one`] : []),
    ...(build > 0 ? [`${inFull(build)} only in the built one`] : []),
  ];
  return `Rows: ${kinds.join(", ")}.`;
}

function named({ key, in: where, columns, problem }: DifferingRow): string {
  const what = where === "both" ? "differs" : where === "live" ? "only live" : "only built";
  const why = problem ?? columns.join(", ");
  return `  ${what} ${JSON.stringify(key)}${why === "" ? "" : `: ${why}`}`;
}
