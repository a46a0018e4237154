/** Reads every record as it is stored, in the order of keys. */
import type { ReadModel, ScannedRow, ScanOptions, ScanPage } from "foldstream/port";
import { AlgoliaIndexError } from "../errors.ts";
import type { Service } from "../service/service.ts";
import { compareKeys } from "./key-order.ts";
import { notGone, type RowRecord, storedRow } from "./record.ts";

/** Where to read on, and what the next page comes behind. */
interface Place {
  readonly cursor: string;
  readonly key: string;
}

export async function scanRecords(
  service: Service,
  index: string,
  model: ReadModel,
  { after, limit, among }: ScanOptions,
): Promise<ScanPage> {
  if (among) {
    const found = await service.getMany<RowRecord>(index, among);
    return {
      rows: scanned(
        model,
        found.map(({ body }) => body).filter(({ gone }) => gone !== 1),
      ),
    };
  }
  const place = after === undefined ? undefined : (JSON.parse(after) as Place);
  const page = await service.browse<RowRecord>(index, { filters: notGone, size: limit, cursor: place?.cursor });
  const rows = scanned(model, page.bodies);
  const [first, last] = [rows[0], rows.at(-1)];
  if (place && first && compareKeys(first.key, place.key) <= 0) throw outOfOrder(model, first.key, place.key);
  const key = last?.key ?? place?.key ?? "";
  return {
    rows,
    ...(page.cursor !== undefined && { next: JSON.stringify({ cursor: page.cursor, key } satisfies Place) }),
  };
}

/** In the order of keys also where the index sees none: between keys that begin alike. */
function scanned(model: ReadModel, records: readonly RowRecord[]): ScannedRow[] {
  return records
    .map((record): ScannedRow => {
      const { key, includes } = record;
      const stored = storedRow(model, record);
      if (typeof stored === "string") return { key, problem: stored };
      return { key, row: stored, ...(model.kind === "table" && { includes }) };
    })
    .sort((one, other) => compareKeys(one.key, other.key));
}

function outOfOrder({ name }: ReadModel, key: string, before: string): AlgoliaIndexError {
  return new AlgoliaIndexError(
    "out-of-order",
    `Algolia gave key "${key.slice(0, 64)}" of read model "${name}" behind "${before.slice(0, 64)}". ` +
      "Keys are put in order by their first 96 bytes, and by customRanking in the settings of the index: was it changed?",
  );
}
