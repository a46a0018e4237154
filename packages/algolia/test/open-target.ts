/** Targets on doubles, both gone when the test is. */
import type { Target } from "foldstream/port";
import { onTestFinished } from "vitest";
import { algoliaTarget } from "../src/index.ts";
import { AlgoliaDouble } from "./double/algolia-double.ts";

export async function startDouble(): Promise<AlgoliaDouble> {
  const double = await AlgoliaDouble.start();
  onTestFinished(() => double.stop());
  return double;
}

/** Several may be opened on one double: each is a process of its own, as far as the service can tell. */
export function openTarget(double: AlgoliaDouble): Target {
  return algoliaTarget({ appId: "DOUBLE", apiKey: "key", client: double.client });
}
