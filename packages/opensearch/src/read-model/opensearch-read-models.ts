/** Read models as documents, each with the positions that it includes. */
import { type LoadedDocument, type ReadModel, type ReadModelStore, storedDocumentRow, Turns } from "foldstream/port";
import type { Found, Service } from "../service/service.ts";
import { Builds } from "./builds.ts";
import { Controls, positionIn } from "./control.ts";
import { type Document, decodeRow } from "./document.ts";
import { scanDocuments } from "./document-scan.ts";
import { aliasOf, type IndexOptions } from "./indexes.ts";
import { openSearchReader } from "./opensearch-reader.ts";
import { Refreshes } from "./refreshes.ts";
import { type Revision, StepWriter } from "./step-writer.ts";

export function openSearchReadModels(service: Service, options: IndexOptions): ReadModelStore {
  const turns = new Turns();
  const controls = new Controls(service, options, turns);
  const builds = new Builds(service, controls, options.prefix);
  const index = (model: ReadModel) => aliasOf(options.prefix, model);
  const steps = new StepWriter({ service, controls, turns, index });
  const refreshes = new Refreshes(service);
  const documents = (model: ReadModel, keys: readonly string[]): Promise<Found<Document>[]> =>
    model.kind === "table" ? service.getMany<Document>(index(model), [...new Set(keys)]) : Promise.resolve([]);

  return {
    async prepare(models) {
      for (const model of models) {
        await builds.prepare(model);
        await service.deleteWhere(index(model), { range: { expires: { lt: Date.now() } } });
      }
    },

    checkpoint: async (model, partition) => positionIn(await controls.read(model), partition),

    async load(model, keys) {
      const rows = (await documents(model, keys)).filter(({ document }) => !document.gone);
      return new Map(rows.map(({ id, document }) => [id, decodeRow(model, document)]));
    },

    async loadDocuments(model, source, keys) {
      const found = new Map((await documents(model, keys)).map((one) => [one.id, one]));
      return new Map(keys.map((key) => [key, loadedDocument(model, source, found.get(key))]));
    },

    write: (model, step) => steps.write(model, step),

    scan: (model, scan) => scanDocuments({ service, refreshes, index: index(model) }, model, scan),

    reader: (model) => openSearchReader({ service, refreshes, index: index(model) }, model),

    builds,

    leases: controls.leases(),

    parking: controls.parking(),
  };
}

function loadedDocument(model: ReadModel, source: string, found: Found<Document> | undefined): LoadedDocument {
  if (!found) return { includes: 0, revision: null };
  const { document, seqNo, term } = found;
  const revision: Revision = { seqNo, term, includes: document.includes };
  return {
    ...(!document.gone && readRow(model, document)),
    includes: document.includes[source] ?? 0,
    revision: JSON.stringify(revision),
  };
}

function readRow(model: ReadModel, { row = {} }: Document): Pick<LoadedDocument, "row" | "problem"> {
  const read = storedDocumentRow(model, row);
  return typeof read === "string" ? { problem: read } : { row: read };
}
