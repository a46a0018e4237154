/** Targets on doubles, both gone when the test is. */
import type { Target } from "foldstream/port";
import { onTestFinished } from "vitest";
import { openSearchTarget } from "../src/index.ts";
import { OpenSearchDouble } from "./double/opensearch-double.ts";

export async function startDouble(): Promise<OpenSearchDouble> {
  const double = await OpenSearchDouble.start();
  onTestFinished(() => double.stop());
  return double;
}

/** Several may be opened on one double: each is a process of its own, as far as the service can tell. */
export function openTarget(double: OpenSearchDouble): Target {
  const target = openSearchTarget({ client: { node: double.node, maxRetries: 3 } });
  onTestFinished(() => target.close());
  return target;
}
