/**
 * Reads one read model. A key is one request; anything else reads every document of the read model and chooses in memory, so that it
 * gives what the other engines give. A read model that is searched or sorted at size belongs in a target that can.
 */
import { memoryReader } from "foldstream/memory";
import type { ReadModel, ReadModelReader, Row } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { Documents } from "./documents.ts";
import { mostKeyBytes } from "./keys.ts";

export function documentReader(database: Database, documents: Documents, model: ReadModel): ReadModelReader {
  const overNone = memoryReader(model, new Map());
  const overAll = <T>(ask: (reader: ReadModelReader) => Promise<T>): Promise<T> =>
    database.run("a query", async () => {
      // What is refused is refused before anything is read.
      await ask(overNone);
      return ask(memoryReader(model, await documents.all(model)));
    });
  return {
    async get(key): Promise<Row | undefined> {
      if (model.kind === "facts" || key === "" || Buffer.byteLength(key) > mostKeyBytes) return undefined;
      return database.run("a query", () => documents.get(model, key));
    },
    find: (options) => overAll((reader) => reader.find(options)),
    count: (where) => overAll((reader) => reader.count(where)),
    search: (text, options) => overAll((reader) => reader.search(text, options)),
  };
}
