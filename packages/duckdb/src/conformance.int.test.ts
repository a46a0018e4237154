import { readModelConformance } from "@foldstream/conformance";
import { scratchFile } from "../test/scratch.ts";
import { type DuckDbTarget, duckDbTarget } from "./index.ts";

interface ReopenableTarget extends DuckDbTarget {
  reopen(): Promise<ReopenableTarget>;
}

async function reopenable(path: string): Promise<ReopenableTarget> {
  const target = await duckDbTarget({ path, threads: 1 });
  const reopen = async () => {
    await target.close();
    return reopenable(path);
  };
  return { ...target, reopen };
}

readModelConformance({ name: "duckdb", open: () => reopenable(scratchFile()) });
