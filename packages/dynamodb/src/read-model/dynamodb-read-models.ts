/** Read models as documents, each with the positions that it includes. */
import type { LoadedDocument, ReadModel, ReadModelStore } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import type { Payloads } from "../database/payload.ts";
import { IndexAudit } from "../read-model-index/index-audit.ts";
import { IndexBuilder } from "../read-model-index/index-builder.ts";
import { Builds } from "./builds.ts";
import { type Revision, revisionOf, revisionText } from "./document.ts";
import { documentReader } from "./document-reader.ts";
import { DocumentScan } from "./document-scan.ts";
import { Documents, keyOf } from "./documents.ts";
import { checkpointKey } from "./keys.ts";
import { dynamoDbLeases } from "./leases.ts";
import { dynamoDbParking } from "./parking.ts";
import { prepareModel } from "./prepare-model.ts";
import { removeBuild } from "./remove-build.ts";
import { StepWriter } from "./step-writer.ts";
import { unprepared } from "./unprepared.ts";

export function dynamoDbReadModels(database: Database, payloads: Payloads): ReadModelStore {
  const documents = new Documents(database, payloads);
  const scans = new DocumentScan(database, documents);
  const builder = new IndexBuilder(database, documents);
  const steps = new StepWriter(database, documents);
  const leases = dynamoDbLeases(database);
  const builds = new Builds(database, leases, (model) => removeBuild(database, documents, model));
  const { readModels: table } = database.tables;
  const loadedDocument = async (model: ReadModel, source: string, found: Item): Promise<LoadedDocument> => {
    const stored = await documents.storedRow(model, found);
    if (typeof stored === "string") return { problem: stored, ...placeIn(revisionOf(model, found, undefined), source) };
    // A step that was cut off may have left a document that is not in an index which was added meanwhile.
    const item = await builder.enter(model, found);
    const row = await documents.rowOf(model, item);
    return { ...(row && { row }), ...placeIn(revisionOf(model, item, row), source) };
  };
  return {
    prepare: (models) =>
      database.run("preparing read models", async () => {
        for (const model of await unprepared(database, models)) {
          await prepareModel(database, builder, model);
          await builds.add(model);
        }
      }),

    checkpoint: (model, partition) =>
      database.run("reading a checkpoint", async () => {
        const item = await database.get(table, checkpointKey(model, partition), true);
        return Number(item?.position?.N ?? 0);
      }),

    load: (model, keys) =>
      database.run("loading rows", async () => {
        return model.kind === "table" ? documents.rows(model, keys) : new Map();
      }),

    loadDocuments: (model, source, keys) =>
      database.run("loading rows", async () => {
        const items = new Map((await documents.items(model, keys)).map((item) => [keyOf(item), item]));
        const loaded = keys.map(async (key): Promise<[string, LoadedDocument]> => {
          const found = items.get(key);
          return [key, found ? await loadedDocument(model, source, found) : { includes: 0, revision: null }];
        });
        return new Map(await Promise.all(loaded));
      }),

    write: (model, step) => database.run("a step of a projection", () => steps.write(model, step)),

    scan: (model, options) => database.run("reading a read model", () => scans.page(model, options)),

    reader: (model) => documentReader(database, documents, model),

    indexes: new IndexAudit(database, documents, builder),

    builds,

    leases,

    parking: dynamoDbParking(database),
  };
}

function placeIn(revision: Revision, source: string): Pick<LoadedDocument, "includes" | "revision"> {
  return { includes: revision.includes[source] ?? 0, revision: revisionText(revision) };
}
