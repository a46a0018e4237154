/** Deletes what a build of a read model holds: index entries before the rows that name them, parked streams, checkpoints at the end. */
import type { ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { DeleteItemCommand } from "../database/sdk.ts";
import { indexName, inIndex } from "../read-model-index/entries.ts";
import type { Documents } from "./documents.ts";
import { inParallel } from "./in-parallel.ts";
import { home, leaseKey, parkedIn } from "./keys.ts";

const mostAtATime = 500;

/** The lease stays, and so does what went to the blob store. */
export async function removeBuild(database: Database, documents: Documents, model: ReadModel): Promise<void> {
  for (const partitionKey of await documents.partitionKeys(model)) {
    const indexes = new Set(model.indexes.map(indexName));
    for await (const { entries } of itemsIn(database, partitionKey))
      for (const name of Object.keys(entries?.M ?? {})) indexes.add(name);
    for (const name of indexes) await removeAll(database, model, inIndex(partitionKey, name));
    await removeAll(database, model, partitionKey);
  }
  await removeAll(database, model, parkedIn(model));
  await removeAll(database, model, home(model));
}

async function removeAll(database: Database, model: ReadModel, partitionKey: string): Promise<void> {
  const { pk, sk } = leaseKey(model);
  let keys: { readonly pk: { S: string }; readonly sk: { S: string } }[] = [];
  const remove = async () => {
    await inParallel(keys, async (Key) => {
      await database.client.send(new DeleteItemCommand({ TableName: database.tables.readModels, Key }));
    });
    keys = [];
  };
  for await (const item of itemsIn(database, partitionKey)) {
    const key = { pk: { S: partitionKey }, sk: { S: item.sk?.S ?? "" } };
    if (partitionKey !== pk.S || key.sk.S !== sk.S) keys.push(key);
    if (keys.length >= mostAtATime) await remove();
  }
  await remove();
}

function itemsIn(database: Database, partitionKey: string) {
  return database.query({
    TableName: database.tables.readModels,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: partitionKey } },
  });
}
