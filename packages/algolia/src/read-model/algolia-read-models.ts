/** Read models as records, each with the positions that it includes. */
import { type LoadedDocument, type ReadModel, type ReadModelStore, storedDocumentRow, Turns } from "foldstream/port";
import type { Found, Service } from "../service/service.ts";
import { algoliaReader } from "./algolia-reader.ts";
import { Builds } from "./builds.ts";
import { Controls } from "./controls.ts";
import { indexOf } from "./indexes.ts";
import { ParkedRecords } from "./parked-records.ts";
import { type RowRecord, rowOf } from "./record.ts";
import { scanRecords } from "./record-scan.ts";
import { type Revision, StepWriter } from "./step-writer.ts";

export function algoliaReadModels(service: Service, prefix: string): ReadModelStore {
  const turns = new Turns();
  const controls = new Controls(service, prefix, turns);
  const parked = new ParkedRecords(service, controls.index);
  const builds = new Builds({ service, controls, parked, prefix });
  const steps = new StepWriter({ service, controls, parked, turns, prefix });
  const index = (model: ReadModel) => indexOf(prefix, model);
  const checkpoint = async (model: ReadModel, partition: string) =>
    (await controls.read(model)).body.checkpoints[partition];
  const records = (model: ReadModel, keys: readonly string[]): Promise<Found<RowRecord>[]> =>
    model.kind === "table" ? service.getMany<RowRecord>(index(model), [...new Set(keys)]) : Promise.resolve([]);

  return {
    async prepare(models) {
      for (const model of models) {
        await builds.prepare(model);
        await service.deleteWhere(index(model), `gone = 1 AND expires < ${Date.now()}`);
      }
    },

    checkpoint: async (model, partition) => (await checkpoint(model, partition))?.position ?? 0,

    async load(model, keys) {
      const there = (await records(model, keys)).filter(({ body }) => body.gone !== 1);
      return new Map(there.map(({ id, body }) => [id, rowOf(model, body)]));
    },

    async loadDocuments(model, source, keys) {
      const found = new Map((await records(model, keys)).map((one) => [one.id, one]));
      return new Map(keys.map((key) => [key, loadedDocument(model, source, found.get(key))]));
    },

    write: (model, step) => steps.write(model, step),

    scan: (model, options) => scanRecords(service, index(model), model, options),

    reader: (model) => algoliaReader(service, index(model), model),

    builds,

    leases: controls.leases(),

    parking: parked.store(checkpoint),
  };
}

function loadedDocument(model: ReadModel, source: string, found: Found<RowRecord> | undefined): LoadedDocument {
  if (!found) return { includes: 0, revision: null };
  const { body, revision } = found;
  const { includes } = body;
  return {
    ...(body.gone !== 1 && readRow(model, body)),
    includes: includes[source] ?? 0,
    revision: JSON.stringify({ revision, includes } satisfies Revision),
  };
}

function readRow(model: ReadModel, { row }: RowRecord): Pick<LoadedDocument, "row" | "problem"> {
  const read = storedDocumentRow(model, row ?? {});
  return typeof read === "string" ? { problem: read } : { row: read };
}
