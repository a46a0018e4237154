/** Reads every document as it is stored, in the order of keys. */
import type { ReadModel, ScannedRow, ScanOptions, ScanPage } from "foldstream/port";
import type { Service } from "../service/service.ts";
import { type Document, storedRow } from "./document.ts";
import { notGone } from "./opensearch-reader.ts";
import type { Refreshes } from "./refreshes.ts";

export interface ScanSide {
  readonly service: Service;
  readonly refreshes: Refreshes;
  readonly index: string;
}

export async function scanDocuments(side: ScanSide, model: ReadModel, options: ScanOptions): Promise<ScanPage> {
  const { service, refreshes, index } = side;
  const { after, limit, among } = options;
  if (among) {
    const found = await service.getMany<Document>(index, among);
    const there = found.map(({ document }) => document).filter(({ gone }) => !gone);
    return { rows: there.map((document) => scanned(model, document)).sort(byKey) };
  }
  await refreshes.take(index);
  const behind = after === undefined ? {} : { search_after: [after] };
  const search = { query: { bool: notGone }, sort: [{ key: "asc" }], size: limit, ...behind };
  const rows = (await service.search<Document>(index, search)).map((document) => scanned(model, document));
  const last = rows.at(-1);
  return { rows, ...(last && rows.length === limit && { next: last.key }) };
}

function scanned(model: ReadModel, document: Document): ScannedRow {
  const { key, includes } = document;
  const decoded = storedRow(model, document);
  if (typeof decoded === "string") return { key, problem: decoded };
  return { key, row: decoded, ...(model.kind === "table" && { includes }) };
}

function byKey({ key: one }: ScannedRow, { key: other }: ScannedRow): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
