/** Targets of read models with one mistake each. */
import { brokenBuilds } from "./builds.ts";
import { brokenLeases } from "./leases.ts";
import { brokenParking } from "./parking.ts";
import { brokenReaders } from "./readers.ts";
import { brokenRows } from "./rows.ts";
import { brokenScans } from "./scans.ts";
import { brokenSteps } from "./steps.ts";

export const brokenReadModels = [
  ...brokenSteps,
  ...brokenLeases,
  ...brokenBuilds,
  ...brokenParking,
  ...brokenRows,
  ...brokenReaders,
  ...brokenScans,
];
