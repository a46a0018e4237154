/** Where things of a read model are in the table. */
import type { ReadModel } from "foldstream/port";
import type { Key } from "../database/database.ts";
import { partitionOf } from "../feed/partition-of.ts";

/** Documents are spread over so many partition keys, since DynamoDB gives each 1,000 writes a second (docs: "Best practices for partition keys"). */
const buckets = 4;

/** Bytes of a sort key (docs: "Service, account, and table quotas"). */
export const mostKeyBytes = 1_024;

export function checkpointKey(model: ReadModel, partition: string): Key {
  return { pk: { S: home(model) }, sk: { S: `checkpoint#${partition}` } };
}

export function parkedKey(model: ReadModel, stream: string): Key {
  return { pk: { S: parkedIn(model) }, sk: { S: stream } };
}

export function parkedIn(model: ReadModel): string {
  return `${home(model)}#parked`;
}

export function leaseKey(model: ReadModel): Key {
  return { pk: { S: home(model) }, sk: { S: "lease" } };
}

export function definitionKey(model: ReadModel): Key {
  return { pk: { S: home(model) }, sk: { S: "definition" } };
}

/** Where the builds of all versions are listed. */
export function buildsKey(name: string): Key {
  return { pk: { S: name }, sk: { S: "builds" } };
}

export function documentKey(model: ReadModel, key: string): Key {
  return { pk: { S: `${home(model)}#row#${partitionOf(key, buckets)}` }, sk: { S: key } };
}

/** Sorts as the feed does. */
export function factKey(model: ReadModel, partition: string, position: number, index: number): Key {
  const place = `${String(position).padStart(16, "0")}#${String(index).padStart(8, "0")}`;
  return { pk: { S: factsIn(model, partition) }, sk: { S: place } };
}

export function factsIn(model: ReadModel, partition: string): string {
  return `${home(model)}#fact#${partition}`;
}

/** The partition keys that hold the documents of a model. */
export function documentBuckets(model: ReadModel): string[] {
  return Array.from({ length: buckets }, (_, bucket) => `${home(model)}#row#${bucket}`);
}

export function home({ name, version, build = 0 }: ReadModel): string {
  return `${name}.v${version}${build === 0 ? "" : `.b${build}`}`;
}
