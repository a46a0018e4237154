import { readModelConformance } from "@foldstream/conformance";
import { freshSchema, openDatabase } from "../../test/postgres-server.ts";
import { postgresReadModels } from "./postgres-read-models.ts";

async function reopenable(schema: string) {
  const database = await openDatabase(schema);
  const close = () => database.close();
  const reopen = async () => {
    await close();
    return reopenable(schema);
  };
  return { readModels: postgresReadModels(database), close, reopen };
}

readModelConformance({ name: "postgres", open: () => reopenable(freshSchema()) });
