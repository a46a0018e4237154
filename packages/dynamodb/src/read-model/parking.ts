/** Parked streams as items under a partition key of their own. Few, since a projection that parks many halts. */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { ParkedStream, ParkedWrite, ParkingStore, ReadModel } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import { checkpointKey, parkedIn, parkedKey } from "./keys.ts";

export function dynamoDbParking(database: Database): ParkingStore {
  const { readModels: table } = database.tables;
  const entries = (model: ReadModel, after: string) =>
    database.query({
      TableName: table,
      KeyConditionExpression: after === "" ? "pk = :pk" : "pk = :pk AND sk > :after",
      ExpressionAttributeValues: { ":pk": { S: parkedIn(model) }, ...(after !== "" && { ":after": { S: after } }) },
    });
  return {
    list: (model, { partition, after = "", limit }) =>
      database.run("listing parked streams", async () => {
        const found: ParkedStream[] = [];
        for await (const item of entries(model, after)) {
          const entry = JSON.parse(item.entry?.S ?? "") as ParkedStream;
          if (partition === undefined || entry.partition === partition) found.push(entry);
          if (found.length === limit) break;
        }
        return found;
      }),

    count: (model) =>
      database.run("counting parked streams", async () => {
        let count = 0;
        for await (const _ of entries(model, "")) count++;
        return count;
      }),

    get: (model, stream) =>
      database.run("reading a parked stream", async () => {
        const item = await database.get(table, parkedKey(model, stream), true);
        return item && (JSON.parse(item.entry?.S ?? "") as ParkedStream);
      }),

    reached: (model, partition) =>
      database.run("reading a checkpoint", async () => {
        const item = await database.get(table, checkpointKey(model, partition), true);
        return { position: Number(item?.position?.N ?? 0), isParking: Number(item?.parked?.N ?? 0) > 0 };
      }),
  };
}

/** How a transaction writes an entry, or removes it. */
export function parkedWrite(table: string, model: ReadModel, { stream, entry }: ParkedWrite): TransactWriteItem {
  const key = parkedKey(model, stream);
  if (!entry) return { Delete: { TableName: table, Key: key } };
  const item: Item = { ...key, entry: { S: JSON.stringify(entry) } };
  return { Put: { TableName: table, Item: item } };
}
