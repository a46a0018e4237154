import { readModelConformance } from "@foldstream/conformance";
import type { Target } from "foldstream/port";
import { AlgoliaDouble } from "../test/double/algolia-double.ts";
import { algoliaTarget } from "./index.ts";

interface ReopenableTarget extends Target {
  reopen(): Promise<ReopenableTarget>;
}

/** Some cases write texts that only the largest plans take. */
const recordBytes = 500_000;

function targetOn(double: AlgoliaDouble): ReopenableTarget {
  const target = algoliaTarget({ appId: "DOUBLE", apiKey: "key", recordBytes, client: double.client });
  return {
    ...target,
    async reopen() {
      await target.close();
      return targetOn(double);
    },
    async close() {
      await target.close();
      await double.stop();
    },
  };
}

readModelConformance({
  name: "algolia, on a double",
  open: async () => targetOn(await AlgoliaDouble.start({ recordBytes })),
});
