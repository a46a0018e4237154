/**
 * Writes steps of projections. A step that fits one transaction is one. A larger one writes its documents first, each on the condition
 * that it is what the step loaded, each with the position that it then includes; the checkpoint comes last. Cut off in between, the
 * step is taken again, and what a document includes already is not folded into it twice.
 */
import { randomBytes } from "node:crypto";
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { ReadModel, ReadModelWrite, RowWrite, WriteResult } from "foldstream/port";
import { type Database, type Item, mostAtOnce } from "../database/database.ts";
import { pause } from "../database/pause.ts";
import { payloadBytes } from "../database/payload.ts";
import { Turns } from "../database/turns.ts";
import { encodeRow, includesAttribute, invalidRow, parseRevision, type Revision, type Values } from "./document.ts";
import type { Documents } from "./documents.ts";
import { inParallel } from "./in-parallel.ts";
import { checkpointKey, documentKey, factKey, home, leaseKey, mostKeyBytes } from "./keys.ts";

/** Beside documents: the checkpoint and the lease. The other limit of a transaction is 4 MB (docs: "Service, account, and table quotas"). */
const mostInTransaction = mostAtOnce - 2;
const mostTransactionBytes = 3_000_000;

/** A deleted row leaves a tombstone for as long as a cut-off step may come back to it. */
const tombstoneSeconds = 7 * 24 * 3_600;

interface DocumentPut {
  readonly item: Item;
  /** What the document must be still; `null` for none at all. Absent: the put is unconditional. */
  readonly loaded?: Revision | null;
}

export class StepWriter {
  readonly #database: Database;
  readonly #documents: Documents;
  readonly #table: string;
  readonly #turns = new Turns();

  constructor(database: Database, documents: Documents) {
    this.#database = database;
    this.#documents = documents;
    this.#table = database.tables.readModels;
  }

  async write(model: ReadModel, step: ReadModelWrite): Promise<WriteResult> {
    const id = randomBytes(8).toString("base64url");
    const puts = await this.#puts(model, step, id);
    return this.#turns.take([home(model)], () => this.#write(model, step, puts, id));
  }

  async #write(model: ReadModel, step: ReadModelWrite, puts: readonly DocumentPut[], id: string): Promise<WriteResult> {
    const refusal = await this.#refusal(model, step);
    if (refusal) return refusal;
    const bytes = puts.reduce((sum, { item }) => sum + payloadBytes(item.row ?? item.packed ?? { S: "" }), 0);
    return puts.length <= mostInTransaction && bytes <= mostTransactionBytes
      ? this.#together(model, step, puts, id)
      : this.#oneByOne(model, step, puts, id);
  }

  /** Everything that can be refused is refused here, before the first write. */
  async #puts(model: ReadModel, { partition, next, rows, facts }: ReadModelWrite, id: string): Promise<DocumentPut[]> {
    const encodedRows = rows.map((write) => encodedRow(model, write));
    const encodedFacts = facts.map(({ row }) => encodeRow(model, row));
    const documents = rows.map(async ({ key, revision }, index): Promise<DocumentPut> => {
      const values = encodedRows[index];
      const loaded = typeof revision === "string" ? parseRevision(revision) : revision;
      const includes = includesAttribute({ ...loaded?.includes, [partition]: next });
      const content = values ? await this.#documents.attributeOf(model, values, key, `${id}/${index}`) : tombstone();
      const item = { ...documentKey(model, key), ...content, revision: { S: id }, includes };
      return { item, ...(loaded !== undefined && { loaded }) };
    });
    const added = facts.map(async ({ position, index }, at): Promise<DocumentPut> => {
      const key = factKey(model, partition, position, index);
      const values = encodedFacts[at] as Values;
      return { item: { ...key, ...(await this.#documents.attributeOf(model, values, key.sk.S ?? "", `${id}/${at}`)) } };
    });
    return Promise.all([...documents, ...added]);
  }

  async #refusal(model: ReadModel, { partition, expected, epoch }: ReadModelWrite): Promise<WriteResult | undefined> {
    const [checkpoint, lease] = await Promise.all([
      this.#database.get(this.#table, checkpointKey(model, partition), true),
      epoch === undefined ? undefined : this.#database.get(this.#table, leaseKey(model), true),
    ]);
    if (epoch !== undefined && Number(lease?.epoch?.N) !== epoch) return { ok: false, reason: "lease-lost" };
    const actual = Number(checkpoint?.position?.N ?? 0);
    return actual === expected ? undefined : { ok: false, reason: "checkpoint-moved", actual };
  }

  async #together(
    model: ReadModel,
    step: ReadModelWrite,
    puts: readonly DocumentPut[],
    id: string,
  ): Promise<WriteResult> {
    const items: TransactWriteItem[] = [
      { Put: this.#checkpointPut(model, step, id) },
      ...(step.epoch === undefined ? [] : [{ ConditionCheck: this.#leaseCheck(model, step.epoch) }]),
      ...puts.map((put) => ({ Put: this.#documentPut(put) })),
    ];
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#database.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
        return { ok: true };
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        if (error.CancellationReasons?.some(({ Code }) => Code === "ConditionalCheckFailed"))
          return this.#whatHappened(model, step, id);
        await pause(attempt);
      }
    }
  }

  /** After a failed condition: maybe a request was repeated because its answer got lost, and this is what it wrote. */
  async #whatHappened(model: ReadModel, step: ReadModelWrite, id: string): Promise<WriteResult> {
    const checkpoint = await this.#database.get(this.#table, checkpointKey(model, step.partition), true);
    if (checkpoint?.step?.S === id) return { ok: true };
    return (await this.#refusal(model, step)) ?? { ok: false, reason: "rows-moved" };
  }

  async #oneByOne(
    model: ReadModel,
    step: ReadModelWrite,
    puts: readonly DocumentPut[],
    id: string,
  ): Promise<WriteResult> {
    let moved = false;
    await inParallel(puts, async (put) => {
      if (!moved) moved = !(await this.#putDocument(put, id));
    });
    if (moved) return { ok: false, reason: "rows-moved" };
    return this.#together(model, step, [], id);
  }

  /** False when the document is no longer what was loaded. */
  async #putDocument(put: DocumentPut, id: string): Promise<boolean> {
    try {
      await this.#database.client.send(new PutItemCommand(this.#documentPut(put)));
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item?.revision?.S === id;
    }
  }

  #checkpointPut(model: ReadModel, { partition, expected, next }: ReadModelWrite, id: string) {
    const item = { ...checkpointKey(model, partition), position: { N: String(next) }, step: { S: id } };
    const condition = expected === 0 ? "attribute_not_exists(pk) OR #position = :expected" : "#position = :expected";
    return {
      TableName: this.#table,
      Item: item,
      ConditionExpression: condition,
      ExpressionAttributeNames: { "#position": "position" },
      ExpressionAttributeValues: { ":expected": { N: String(expected) } },
    };
  }

  #leaseCheck(model: ReadModel, epoch: number) {
    return {
      TableName: this.#table,
      Key: leaseKey(model),
      ConditionExpression: "epoch = :epoch",
      ExpressionAttributeValues: { ":epoch": { N: String(epoch) } },
    };
  }

  #documentPut({ item, loaded }: DocumentPut) {
    const common = { TableName: this.#table, Item: item, ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
    if (loaded === undefined) return common;
    if (loaded === null) return { ...common, ConditionExpression: "attribute_not_exists(pk)" };
    return {
      ...common,
      ConditionExpression: "revision = :revision",
      ExpressionAttributeValues: { ":revision": { S: loaded.id } },
    };
  }
}

/** Nothing for a row that is deleted. */
function encodedRow(model: ReadModel, { key, row }: RowWrite): Values | undefined {
  const keyColumn = Object.keys(model.columns).find((name) => model.columns[name]?.key) ?? "";
  if (Buffer.byteLength(key) > mostKeyBytes)
    throw invalidRow(model, key, keyColumn, `a key of ${Buffer.byteLength(key)} bytes; DynamoDB takes ${mostKeyBytes}`);
  return row === null ? undefined : encodeRow(model, row, key);
}

function tombstone(): Item {
  return { gone: { BOOL: true }, expires: { N: String(Math.floor(Date.now() / 1_000) + tombstoneSeconds) } };
}
