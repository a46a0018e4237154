/** Limits that engines here let pass (docs: "Service, account, and table quotas"). */
import type { WireAnswer } from "./engine-client.ts";
import { exception } from "./exception.ts";
import { itemBytes, type WireItem } from "./item-size.ts";

const mostBatchWrites = 25;
const mostTransactionBytes = 4 * 1_024 * 1_024;
/** So many items of 400 KB are less than 4 MB: only larger transactions are worth a look. */
const mostHarmlessItems = 10;

interface WireAction {
  readonly TableName: string;
  readonly Key?: WireItem;
  readonly Item?: WireItem;
}
type Ask = <T>(operation: string, input: unknown) => Promise<T>;

/** What DynamoDB would say against a request, if anything. */
export async function beyondLimits(operation: string, body: Buffer, ask: Ask): Promise<WireAnswer | undefined> {
  if (operation === "TransactWriteItems" && (await transactionBytes(body, ask)) > mostTransactionBytes)
    return exception(400, "ValidationException", "Transaction request cannot be larger than 4 MB.");
  if (operation === "BatchWriteItem" && batchWrites(body) > mostBatchWrites)
    return exception(400, "ValidationException", "Too many items requested for BatchWriteItem.");
  return undefined;
}

function batchWrites(body: Buffer): number {
  const { RequestItems = {} } = JSON.parse(body.toString("utf8")) as { RequestItems?: Record<string, unknown[]> };
  return Object.values(RequestItems).reduce((sum, requests) => sum + requests.length, 0);
}

/** Items that are put count as they are put, others as they are stored. */
async function transactionBytes(body: Buffer, ask: Ask): Promise<number> {
  type Transaction = { readonly TransactItems?: readonly Readonly<Record<string, WireAction>>[] };
  const { TransactItems = [] } = JSON.parse(body.toString("utf8")) as Transaction;
  if (TransactItems.length <= mostHarmlessItems) return 0;
  const sizes = await Promise.all(TransactItems.flatMap(Object.values).map((action) => actionBytes(action, ask)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

async function actionBytes({ TableName, Key, Item }: WireAction, ask: Ask): Promise<number> {
  if (Item) return itemBytes(Item);
  const input = { TableName, Key, ConsistentRead: true };
  const stored = (await ask<{ readonly Item?: WireItem }>("GetItem", input)).Item;
  return stored ? itemBytes(stored) : 0;
}
