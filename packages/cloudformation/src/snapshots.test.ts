import { expect, it } from "vitest";
import { largest, smallest } from "../test/topologies.ts";
import { synthesize } from "./index.ts";

/** When a template is meant to change: vitest run -u, and review the difference. */
it.each([
  ["smallest", smallest],
  ["largest", largest],
])("writes what was reviewed, of the %s topology", async (_, topology) => {
  for (const [stack, template] of Object.entries(synthesize(topology).stacks))
    await expect(`${JSON.stringify(template, null, 2)}\n`).toMatchFileSnapshot(`../test/snapshots/${stack}.json`);
});
