/** Leases as items, changed by conditional writes. */
import type { Lease, LeaseStore, ReadModel } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import { ConditionalCheckFailedException, PutItemCommand } from "../database/sdk.ts";
import { leaseKey } from "./keys.ts";

export function dynamoDbLeases(database: Database): LeaseStore {
  const { readModels: table } = database.tables;
  return {
    takeOverAtStart: false,

    read: (models) =>
      database.run("reading leases", async () => {
        const items = await database.getMany(table, models.map(leaseKey));
        const leases = new Map(items.map((item) => [item.pk?.S, parseLease(item)]));
        return models.map((model) => leases.get(leaseKey(model).pk.S));
      }),

    replace: (model, expected, next) =>
      database.run("changing a lease", async () => {
        const request = { TableName: table, Item: leaseItem(model, next), ...conditionOf(expected) };
        try {
          await database.client.send(
            new PutItemCommand({ ...request, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
          );
          return true;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          return wasOurs(error.Item, next);
        }
      }),
  };
}

function conditionOf(expected: Lease | undefined) {
  if (!expected) return { ConditionExpression: "attribute_not_exists(pk)" };
  return {
    ConditionExpression: "epoch = :epoch AND holder = :holder AND beat = :beat",
    ExpressionAttributeValues: {
      ":epoch": { N: String(expected.epoch) },
      ":holder": holderAttribute(expected.holder),
      ":beat": { N: String(expected.beat) },
    },
  };
}

/** A request that was repeated because its answer got lost fails on what it wrote itself. Only holders write leases of their own name. */
function wasOurs(item: Item | undefined, next: Lease): boolean {
  if (!item || next.holder === null) return false;
  const { epoch, holder, beat } = parseLease(item);
  return epoch === next.epoch && holder === next.holder && beat === next.beat;
}

function leaseItem(model: ReadModel, { epoch, holder, beat, note }: Lease): Item {
  return {
    ...leaseKey(model),
    epoch: { N: String(epoch) },
    holder: holderAttribute(holder),
    beat: { N: String(beat) },
    ...(note !== undefined && { note: { S: note } }),
  };
}

function parseLease({ epoch, holder, beat, note }: Item): Lease {
  const told = note?.S === undefined ? {} : { note: note.S };
  return { epoch: Number(epoch?.N), holder: holder?.S ?? null, beat: Number(beat?.N), ...told };
}

function holderAttribute(holder: string | null) {
  return holder === null ? { NULL: true as const } : { S: holder };
}
