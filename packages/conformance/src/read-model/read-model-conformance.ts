/** The suite of the `ReadModelStore` port, its readers included. */
import { registerCases, type Suite } from "../run-case.ts";
import { builds } from "./builds.ts";
import { checkpoint } from "./checkpoint.ts";
import { comparedBuilds } from "./compared-builds.ts";
import { facts } from "./facts.ts";
import { find } from "./find.ts";
import { leases } from "./leases.ts";
import { parking } from "./parking.ts";
import { preparation } from "./preparation.ts";
import { refusal } from "./refusal.ts";
import { rows } from "./rows.ts";
import { scan } from "./scan.ts";
import { search } from "./search.ts";
import type { Target, TargetCase } from "./target-case.ts";

/** Every promise of the `ReadModelStore` port, as cases. */
export const readModelCases: readonly TargetCase[] = [
  ...checkpoint,
  ...leases,
  ...parking,
  ...refusal,
  ...preparation,
  ...builds,
  ...comparedBuilds,
  ...rows,
  ...facts,
  ...scan,
  ...find,
  ...search,
];

/** Registers with vitest what a target of read models must do. Call it at the top level of a test file. */
export function readModelConformance(suite: Suite<Target>): void {
  registerCases("ReadModelStore", readModelCases, suite);
}
