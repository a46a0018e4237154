/** What a step writes: for each row or fact the document, and the entries of indexes that come and go with it. */
import type { ReadModel, ReadModelWrite, RowWrite } from "foldstream/port";
import type { Item, Key } from "../database/database.ts";
import { type Entries, entriesAttribute, entriesFor, entryItem, entryKey } from "../read-model-index/entries.ts";
import {
  encodeRow,
  includesAttribute,
  invalidRow,
  parseRevision,
  type Revision,
  revisionOf,
  type Values,
} from "./document.ts";
import { type Documents, keyOf } from "./documents.ts";
import { documentKey, factKey, mostKeyBytes } from "./keys.ts";

/** A deleted row leaves a tombstone for as long as a cut-off step may come back to it. */
const tombstoneSeconds = 7 * 24 * 3_600;

/** A document as it shall be. */
export interface DocumentPut {
  readonly item: Item;
  /** What it must be still; `null` for none at all. Absent: the put is unconditional. */
  readonly loaded?: Revision | null;
  /** Entries that are to be there when the document is. */
  readonly enters: readonly Item[];
  /** Entries that are of no more use when it is. */
  readonly leaves: readonly LeavingEntry[];
}

export interface LeavingEntry {
  readonly key: Key;
  readonly writing: string;
}

/**
 * `id` names this writing. Everything that can be refused is refused here, before the first write.
 * @throws InvalidRowError
 */
export async function documentPuts(
  documents: Documents,
  model: ReadModel,
  step: ReadModelWrite,
  id: string,
): Promise<DocumentPut[]> {
  const { partition, next, rows, facts, redriven } = step;
  const { source, through } = redriven ?? { source: partition, through: next };
  const encodedRows = rows.map((write) => encodedRow(model, write));
  const encodedFacts = facts.map(({ row }) => row && encodeRow(model, row));
  const revisions = await revisionsOf(documents, model, rows);
  const changed = rows.map(async ({ key, row }, index): Promise<DocumentPut> => {
    const loaded = revisions[index];
    const values = encodedRows[index];
    const content = values ? await documents.attributeOf(model, values, key, `${id}/${index}`) : tombstone();
    const includes = includesAttribute({ ...loaded?.includes, [source]: through });
    const before = loaded?.entries ?? {};
    const after = row ? entriesFor(model, key, { ...row, [keyColumnOf(model)]: key }, id, before) : {};
    return {
      item: { ...documentKey(model, key), ...content, ...entriesAttribute(after), revision: { S: id }, includes },
      ...(loaded !== undefined && { loaded }),
      enters: differing(after, before).map(([name, entry]) => entryItem(model, key, name, entry)),
      leaves: differing(before, after).map(([name, entry]) => ({
        key: entryKey(model, key, name, entry),
        writing: entry.writing,
      })),
    };
  });
  const added = facts.map(async ({ position, index }, at): Promise<DocumentPut> => {
    const key = factKey(model, partition, position, index);
    const values = encodedFacts[at];
    const content = values ? await documents.attributeOf(model, values, key.sk.S ?? "", `${id}/${at}`) : tombstone();
    return { item: { ...key, ...content }, enters: [], leaves: [] };
  });
  return Promise.all([...changed, ...added]);
}

/** Where there are indexes, a write that does not say what it found is told: what was there may have to leave them. */
async function revisionsOf(
  documents: Documents,
  model: ReadModel,
  rows: readonly RowWrite[],
): Promise<(Revision | null | undefined)[]> {
  const untold = model.indexes.length > 0 ? rows.filter(({ revision }) => revision === undefined) : [];
  const items = await documents.items(
    model,
    untold.map(({ key }) => key),
  );
  const revisions = items.map(async (item): Promise<[string, Revision]> => {
    return [keyOf(item), revisionOf(model, item, await documents.rowOf(model, item))];
  });
  const found = new Map(await Promise.all(revisions));
  return rows.map(({ key, revision }) => {
    if (typeof revision === "string") return parseRevision(revision);
    return revision === null || model.indexes.length === 0 ? revision : (found.get(key) ?? null);
  });
}

/** The entries of `some` that `others` has not, or elsewhere. */
function differing(some: Entries, others: Entries) {
  return Object.entries(some).filter(([name, { sortKey }]) => others[name]?.sortKey !== sortKey);
}

/** Nothing for a row that is deleted. */
function encodedRow(model: ReadModel, { key, row }: RowWrite): Values | undefined {
  if (Buffer.byteLength(key) > mostKeyBytes)
    throw invalidRow(
      model,
      key,
      keyColumnOf(model),
      `a key of ${Buffer.byteLength(key)} bytes; DynamoDB takes ${mostKeyBytes}`,
    );
  return row === null ? undefined : encodeRow(model, row, key);
}

function keyColumnOf({ columns }: ReadModel): string {
  return Object.keys(columns).find((name) => columns[name]?.key) ?? "";
}

function tombstone(): Item {
  return { gone: { BOOL: true }, expires: { N: String(Math.floor(Date.now() / 1_000) + tombstoneSeconds) } };
}
