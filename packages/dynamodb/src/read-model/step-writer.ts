/**
 * Writes steps of projections. A step that fits one transaction is one. A larger one writes new entries of indexes first, so that a
 * document is always found, then its documents, each on the condition that it is what the step loaded, each with the position that it
 * then includes; the checkpoint comes last. Cut off in between, the step is taken again, and what a document includes already is not
 * folded into it twice.
 */
import { randomBytes } from "node:crypto";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { StoreFailureError } from "foldstream";
import { type ParkedWrite, type ReadModel, type ReadModelWrite, Turns, type WriteResult } from "foldstream/port";
import { type Database, mostAtOnce } from "../database/database.ts";
import { pause } from "../database/pause.ts";
import { payloadBytes } from "../database/payload.ts";
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "../database/sdk.ts";
import { indexNames } from "../read-model-index/entries.ts";
import { readDefinition } from "./definition.ts";
import { type DocumentPut, documentPuts, type LeavingEntry } from "./document-puts.ts";
import type { Documents } from "./documents.ts";
import { inParallel } from "./in-parallel.ts";
import { checkpointKey, definitionKey, home, leaseKey } from "./keys.ts";
import { parkedWrite } from "./parking.ts";

/**
 * Beside documents and their entries: the checkpoint, the lease and the definition. The other limit of a transaction is 4 MB (docs:
 * "Service, account, and table quotas").
 */
const mostInTransaction = mostAtOnce - 3;
const mostTransactionBytes = 3_000_000;
/** An entry's keys take at most so much. */
const entryBytes = 4_096;

/** Of a parked stream: nearly all of it the error's message and stack, which are cut off at 4,000 characters each. */
const mostParkedBytes = 30_000;
const mostParkedAtOnce = Math.min(mostInTransaction, Math.floor(mostTransactionBytes / mostParkedBytes));

/** What a transaction writes beside the checkpoint. */
interface Contents {
  readonly puts: readonly DocumentPut[];
  readonly parked: readonly ParkedWrite[];
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
    const puts = await documentPuts(this.#documents, model, step, id);
    return this.#turns.take([home(model)], () => this.#write(model, step, puts, id));
  }

  async #write(model: ReadModel, step: ReadModelWrite, puts: readonly DocumentPut[], id: string): Promise<WriteResult> {
    const refusal = await this.#refusal(model, step);
    if (refusal) return refusal;
    const contents = { puts, parked: step.parked ?? [] };
    return fitsTransaction(contents)
      ? this.#together(model, step, contents, id)
      : this.#oneByOne(model, step, puts, id);
  }

  async #refusal(model: ReadModel, { partition, expected, epoch }: ReadModelWrite): Promise<WriteResult | undefined> {
    const [checkpoint, lease, definition] = await Promise.all([
      this.#database.get(this.#table, checkpointKey(model, partition), true),
      epoch === undefined ? undefined : this.#database.get(this.#table, leaseKey(model), true),
      readDefinition(this.#database, model),
    ]);
    if (epoch !== undefined && Number(lease?.epoch?.N) !== epoch) return { ok: false, reason: "lease-lost" };
    const actual = Number(checkpoint?.position?.N ?? 0);
    if (actual !== expected) return { ok: false, reason: "checkpoint-moved", actual };
    if (definition?.indexes !== indexNames(model)) throw otherIndexes(model, definition?.indexes);
    return undefined;
  }

  async #together(
    model: ReadModel,
    step: ReadModelWrite,
    { puts, parked }: Contents,
    id: string,
  ): Promise<WriteResult> {
    const items: TransactWriteItem[] = [
      { Update: this.#checkpointUpdate(model, step, id) },
      ...(step.epoch === undefined ? [] : [{ ConditionCheck: this.#leaseCheck(model, step.epoch) }]),
      ...(step.expected > 0 ? [] : [{ ConditionCheck: this.#definitionCheck(model) }]),
      ...puts.flatMap((put) => [
        { Put: this.#documentPut(put) },
        ...put.enters.map((entry) => ({ Put: { TableName: this.#table, Item: entry } })),
        ...put.leaves.map(({ key }) => ({ Delete: { TableName: this.#table, Key: key } })),
      ]),
      ...parked.map((write) => parkedWrite(this.#table, model, write)),
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
    const { parked = [], redriven } = step;
    const refusal = redriven ? undefined : await this.#parkAhead(model, step);
    if (refusal) return refusal;
    let moved = false;
    await this.#database.putMany(
      this.#table,
      puts.flatMap(({ enters }) => enters),
    );
    await inParallel(puts, async (put) => {
      if (!moved) moved = !(await this.#putAndLeave(put, id));
    });
    if (moved) return { ok: false, reason: "rows-moved" };
    return this.#together(model, step, { puts: [], parked: redriven ? parked : [] }, id);
  }

  /** Only the holder of the lease, and only from the checkpoint that the step began at: parked streams have no revision of their own. */
  async #parkAhead(model: ReadModel, { parked = [], ...step }: ReadModelWrite): Promise<WriteResult | undefined> {
    for (let from = 0; from < parked.length; from += mostParkedAtOnce) {
      const id = randomBytes(8).toString("base64url");
      const part = parked.slice(from, from + mostParkedAtOnce);
      const result = await this.#together(model, { ...step, next: step.expected }, { puts: [], parked: part }, id);
      if (!result.ok) return result;
    }
    return undefined;
  }

  /** False when the document is no longer what was loaded. */
  async #putAndLeave(put: DocumentPut, id: string): Promise<boolean> {
    if (!(await this.#putDocument(put, id))) return false;
    for (const entry of put.leaves) await this.#leave(entry);
    return true;
  }

  async #putDocument(put: DocumentPut, id: string): Promise<boolean> {
    try {
      await this.#database.client.send(new PutItemCommand(this.#documentPut(put)));
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item?.revision?.S === id;
    }
  }

  /** Unless it has been put there again since. */
  async #leave({ key, writing }: LeavingEntry): Promise<void> {
    try {
      await this.#database.client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: key,
          ConditionExpression: "writing = :writing",
          ExpressionAttributeValues: { ":writing": { S: writing } },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** How many streams are parked stays with it, so that one read tells both. */
  #checkpointUpdate(model: ReadModel, { partition, expected, next, stillParked }: ReadModelWrite, id: string) {
    const unmoved = "#position = :expected AND indexedBy = :indexes";
    const sets = ["#position = :next", "#step = :step", "indexedBy = :indexes"];
    return {
      TableName: this.#table,
      Key: checkpointKey(model, partition),
      UpdateExpression: `SET ${[...sets, ...(stillParked === undefined ? [] : ["#parked = :parked"])].join(", ")}`,
      ConditionExpression: expected === 0 ? `attribute_not_exists(pk) OR (${unmoved})` : unmoved,
      ExpressionAttributeNames: {
        "#position": "position",
        "#step": "step",
        ...(stillParked !== undefined && { "#parked": "parked" }),
      },
      ExpressionAttributeValues: {
        ":expected": { N: String(expected) },
        ":next": { N: String(next) },
        ":step": { S: id },
        ":indexes": { S: indexNames(model) },
        ...(stillParked !== undefined && { ":parked": { N: String(stillParked) } }),
      },
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

  /** Where there is no checkpoint yet that would tell. */
  #definitionCheck(model: ReadModel) {
    return {
      TableName: this.#table,
      Key: definitionKey(model),
      ConditionExpression: "indexedBy = :indexes",
      ExpressionAttributeValues: { ":indexes": { S: indexNames(model) } },
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

function fitsTransaction({ puts, parked }: Contents): boolean {
  let count = parked.length;
  let bytes = parked.length * mostParkedBytes;
  for (const { item, enters, leaves } of puts) {
    const entries = enters.length + leaves.length;
    count += 1 + entries;
    bytes += payloadBytes(item.row ?? item.packed ?? { S: "" }) + entries * entryBytes;
  }
  return count <= mostInTransaction && bytes <= mostTransactionBytes;
}

function otherIndexes(model: ReadModel, found: string | undefined): StoreFailureError {
  const { name, version } = model;
  return new StoreFailureError(
    `read model "${name}" version ${version} is being kept with the indexes ${found ?? "of nobody"}, and this process was started with ` +
      `${indexNames(model)}: another one has prepared it since. Nothing was written. Restart this process with the same app.`,
  );
}
