import { join } from "node:path";
import { eventFeedConformance, eventStoreConformance, readModelConformance } from "@foldstream/conformance";
import { scratchFolder } from "../test/scratch.ts";
import { type SqliteEngine, type SqliteOptions, sqliteEngine } from "./index.ts";

interface ReopenableEngine extends SqliteEngine {
  reopen(): Promise<ReopenableEngine>;
}

function reopenable(options: SqliteOptions): ReopenableEngine {
  const engine = sqliteEngine(options);
  const reopen = async () => {
    await engine.close();
    return reopenable(options);
  };
  return { ...engine, reopen };
}

const openOneFile = async () => reopenable({ path: join(scratchFolder(), "app.db") });
const openTwoFiles = async () => {
  const folder = scratchFolder();
  return reopenable({ path: join(folder, "log.db"), readModelsPath: join(folder, "read-models.db") });
};

eventStoreConformance({ name: "sqlite", open: openOneFile });
eventFeedConformance({ name: "sqlite", open: openOneFile });
readModelConformance({ name: "sqlite", open: openOneFile });
readModelConformance({ name: "sqlite, read models in a file of their own", open: openTwoFiles });
