import { readModelConformance } from "@foldstream/conformance";
import type { Target } from "foldstream/port";
import { OpenSearchDouble } from "../test/double/opensearch-double.ts";
import { openSearchTarget } from "./index.ts";

interface ReopenableTarget extends Target {
  reopen(): Promise<ReopenableTarget>;
}

function targetOn(double: OpenSearchDouble): ReopenableTarget {
  const target = openSearchTarget({ client: { node: double.node } });
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

readModelConformance({ name: "opensearch, on a double", open: async () => targetOn(await OpenSearchDouble.start()) });
