/** Read models as documents, each with the positions that it includes. */
import type { LoadedDocument, ReadModelStore, Row } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import type { Payloads } from "../database/payload.ts";
import { includesOf, revisionText } from "./document.ts";
import { documentReader } from "./document-reader.ts";
import { Documents } from "./documents.ts";
import { checkpointKey } from "./keys.ts";
import { dynamoDbLeases } from "./leases.ts";
import { prepareModel } from "./prepare-model.ts";
import { StepWriter } from "./step-writer.ts";

export function dynamoDbReadModels(database: Database, payloads: Payloads): ReadModelStore {
  const documents = new Documents(database, payloads);
  const steps = new StepWriter(database, documents);
  const { readModels: table } = database.tables;
  return {
    prepare: (models) =>
      database.run("preparing read models", async () => {
        for (const model of models) await prepareModel(database, model);
      }),

    checkpoint: (model, partition) =>
      database.run("reading a checkpoint", async () => {
        const item = await database.get(table, checkpointKey(model, partition), true);
        return Number(item?.position?.N ?? 0);
      }),

    load: (model, keys) =>
      database.run("loading rows", async () => {
        const found = model.kind === "table" ? await documents.items(model, keys) : [];
        const rows = await Promise.all(
          found.map(async (item) => [keyOf(item), await documents.rowOf(model, item)] as const),
        );
        return new Map(rows.filter((entry): entry is [string, Row] => entry[1] !== undefined));
      }),

    loadDocuments: (model, partition, keys) =>
      database.run("loading rows", async () => {
        const items = new Map((await documents.items(model, keys)).map((item) => [keyOf(item), item]));
        const loaded = keys.map(async (key): Promise<[string, LoadedDocument]> => {
          const item = items.get(key);
          if (!item) return [key, { includes: 0, revision: null }];
          const row = await documents.rowOf(model, item);
          const includes = includesOf(item)[partition] ?? 0;
          return [key, { ...(row && { row }), includes, revision: revisionText(item) }];
        });
        return new Map(await Promise.all(loaded));
      }),

    write: (model, step) => database.run("a step of a projection", () => steps.write(model, step)),

    reader: (model) => documentReader(database, documents, model),

    leases: dynamoDbLeases(database),
  };
}

function keyOf(item: Item): string {
  return item.sk?.S ?? "";
}
