/**
 * Index entries: for each document and index an item that names the document, under a key that sorts by the columns of the index.
 *
 * Whoever has the document finds its entry: an entry is written before or together with the document, and taken away with it or
 * after it. Cut off in between, one is left that the document no longer fits, so readers look at the document. An entry tells which
 * writing it came from, and is taken away only as that: a slow writer cannot take away what a later one has put.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { ReadModel, Row } from "foldstream/port";
import type { Item, Key } from "../database/database.ts";
import { documentBuckets, documentKey } from "../read-model/keys.ts";
import { type Index, sortKeyOf } from "./sort-key.ts";

/** Where an entry of a document is, and which writing of the document put it there. */
export interface Entry {
  readonly sortKey: string;
  readonly writing: string;
}

/** The entries of a document by the name of the index. */
export type Entries = Readonly<Record<string, Entry>>;

export function indexName(index: Index): string {
  return index.join(",");
}

/** Names the indexes that a read model is declared with. */
export function indexNames(model: ReadModel): string {
  return JSON.stringify(model.indexes.map(indexName).sort());
}

/** The partition keys that hold the entries of an index, one for each that holds documents. */
export function entryBuckets(model: ReadModel, index: Index): string[] {
  return documentBuckets(model).map((bucket) => inIndex(bucket, indexName(index)));
}

export function inIndex(bucket: string, name: string): string {
  return `${bucket}#by#${name}`;
}

/** Where the entries of a row belong. Those that are there already keep the writing they came from. */
export function entriesFor(model: ReadModel, key: string, row: Row, writing: string, before: Entries = {}): Entries {
  const entries = model.indexes.map((index): [string, Entry] => {
    const name = indexName(index);
    const sortKey = sortKeyOf(model, index, row, key);
    const known = before[name];
    return [name, known?.sortKey === sortKey ? known : { sortKey, writing }];
  });
  return Object.fromEntries(entries);
}

/** The entries that a document says it has, whatever indexes are declared now. */
export function entriesOf(model: ReadModel, item: Item, row: Row | undefined): Entries {
  if (!row) return {};
  const entries = Object.entries(item.entries?.M ?? {}).map(([name, { S: writing = "" }]): [string, Entry] => {
    return [name, { sortKey: sortKeyOf(model, name.split(","), row, item.sk?.S ?? ""), writing }];
  });
  return Object.fromEntries(entries);
}

export function entriesAttribute(entries: Entries): { readonly entries?: AttributeValue } {
  const written = Object.entries(entries).map(([name, { writing }]): [string, AttributeValue] => [
    name,
    { S: writing },
  ]);
  return written.length > 0 ? { entries: { M: Object.fromEntries(written) } } : {};
}

export function entryKey(model: ReadModel, key: string, name: string, { sortKey }: Entry): Key {
  return { pk: { S: inIndex(documentKey(model, key).pk.S ?? "", name) }, sk: { S: sortKey } };
}

export function entryItem(model: ReadModel, key: string, name: string, entry: Entry): Item {
  return { ...entryKey(model, key, name, entry), key: { S: key }, writing: { S: entry.writing } };
}
