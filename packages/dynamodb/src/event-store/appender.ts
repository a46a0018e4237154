/** The conditional append: one item per stream carries the condition. */
import { randomBytes } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { StoreFailureError } from "foldstream";
import type { AppendResult, CommandReceipt, StreamWrite } from "foldstream/port";
import { type Database, type Item, mostAtOnce } from "../database/database.ts";
import { pause } from "../database/pause.ts";
import type { Payloads } from "../database/payload.ts";
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "../database/sdk.ts";
import { chunkText } from "./chunk.ts";
import type { StreamLog } from "./stream-log.ts";
import { grown, noTip, parseTip, type Tip, tipItem } from "./tip.ts";
import { type StreamPoint, tokenOf } from "./token.ts";

/** One item for each stream. */
export const mostStreams = mostAtOnce;

/** Attempts against other writers of the same streams who leave the version as it is: receipts without events. */
const mostAttempts = 100;

/** An append to one stream, ready to be sent. */
interface Prepared {
  readonly stream: string;
  /** Identifies the append in the stream. */
  readonly id: string;
  readonly before: Tip;
  readonly after: Tip;
  readonly batch?: Item;
}

/** Called with the tips of streams that have grown. */
export type Appended = (tips: ReadonlyMap<string, Tip>) => void;

export class Appender {
  readonly #database: Database;
  readonly #log: StreamLog;
  readonly #payloads: Payloads;
  readonly #appended: Appended;

  constructor(database: Database, log: StreamLog, payloads: Payloads, appended: Appended) {
    this.#database = database;
    this.#log = log;
    this.#payloads = payloads;
    this.#appended = appended;
  }

  async append(writes: readonly StreamWrite[]): Promise<AppendResult> {
    const together = writes.map(({ stream, expected, events }): StreamPoint => [stream, expected + events.length]);
    let tips = await Promise.all(writes.map((write) => this.#tipFor(write)));
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      if (attempt > 1) await pause(attempt);
      const refusal = await this.#refusal(writes, tips);
      if (refusal) return refusal;
      const prepared = await this.#prepareAll(writes, tips, together);
      const current = await this.#send(prepared);
      if (!current || (await this.#wasWritten(prepared, current))) return this.#done(prepared, tokenOf(together));
      tips = current;
    }
    throw new StoreFailureError(
      `Lost ${mostAttempts} races for the stream "${writes[0]?.stream}". Nothing was written.`,
    );
  }

  /** The tip that a write builds on: as remembered where that is of the version expected, which the condition will check. */
  async #tipFor({ stream, expected }: StreamWrite): Promise<Tip> {
    const known = this.#log.remembered(stream);
    if (known?.version === expected) return known;
    return expected === 0 && !known ? noTip : this.#log.tip(stream);
  }

  /** Why the append cannot be, if so. A remembered tip can hold a repeated command, but only the newest tells a conflict. */
  async #refusal(writes: readonly StreamWrite[], tips: readonly Tip[]): Promise<AppendResult | undefined> {
    const lost = writes.findIndex(({ expected }, index) => tips[index]?.version !== expected);
    const current = lost < 0 ? tips : await Promise.all(writes.map(({ stream }) => this.#log.tip(stream)));
    const found = await Promise.all(
      writes.map(({ stream, receipts }, index) =>
        this.#log.receipts(stream, current[index] as Tip, new Set(receipts.map(({ commandId }) => commandId))),
      ),
    );
    const receipts: readonly CommandReceipt[] = found.flat();
    if (receipts.length > 0) return { ok: false, reason: "duplicate-command", receipts };
    if (lost < 0) return undefined;
    const { stream } = writes[lost] as StreamWrite;
    return { ok: false, reason: "version-conflict", stream, actual: current[lost]?.version ?? 0 };
  }

  #prepareAll(
    writes: readonly StreamWrite[],
    tips: readonly Tip[],
    together: readonly StreamPoint[],
  ): Promise<Prepared[]> {
    return Promise.all(writes.map((write, index) => this.#prepare(write, tips[index] as Tip, together)));
  }

  async #prepare(write: StreamWrite, before: Tip, together: readonly StreamPoint[]): Promise<Prepared> {
    const { stream, events, receipts } = write;
    const id = randomBytes(8).toString("base64url");
    const text = chunkText({
      id,
      revision: before.revision + 1,
      after: before.version,
      events,
      receipts,
      ...(together.length > 1 && { together }),
    });
    const what = `An append of ${events.length} events to the stream "${stream}"`;
    const chunk: AttributeValue = await this.#payloads.encode(
      text,
      what,
      () => `log/${encodeURIComponent(stream)}/${id}`,
    );
    const { tip, batch } = grown(stream, before, chunk, events.length);
    return { stream, id, before, after: tip, ...(batch && { batch }) };
  }

  /** Nothing when it was written; else the tips as they are. */
  async #send(prepared: readonly Prepared[]): Promise<Tip[] | undefined> {
    await Promise.all(prepared.map((one) => this.#splitOff(one)));
    try {
      if (prepared.length === 1)
        await this.#database.client.send(new PutItemCommand(this.#put(prepared[0] as Prepared)));
      else await this.#transact(prepared);
      return undefined;
    } catch (error) {
      const seen = itemsOf(error);
      if (!seen) throw error;
      return Promise.all(prepared.map(({ stream }, index) => this.#current(stream, seen[index])));
    }
  }

  /** Before the tip lets go of chunks, a batch holds them. */
  async #splitOff({ stream, before, batch }: Prepared): Promise<void> {
    if (!batch) return;
    await this.#database.client.send(new PutItemCommand({ TableName: this.#database.tables.log, Item: batch }));
    await this.#log.splitOff(stream, before);
  }

  #put({ stream, before, after }: Prepared) {
    const condition =
      before.revision === 0
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : {
            ConditionExpression: "revision = :revision",
            ExpressionAttributeValues: { ":revision": { N: String(before.revision) } },
          };
    return {
      TableName: this.#database.tables.log,
      Item: tipItem(stream, after),
      ...condition,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
  }

  /** Conflicts with other transactions say nothing about the condition: it is tried again. */
  async #transact(prepared: readonly Prepared[]): Promise<void> {
    const items = prepared.map((one) => ({ Put: this.#put(one) }));
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#database.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
        return;
      } catch (error) {
        if (!isTransactionConflict(error) || attempt === mostAttempts) throw error;
        await pause(attempt);
      }
    }
  }

  async #current(stream: string, seen: Item | undefined): Promise<Tip> {
    return seen ? this.#log.remember(stream, parseTip(seen)) : this.#log.tip(stream);
  }

  /** A request that was repeated because its answer got lost fails on what it wrote itself the first time. */
  async #wasWritten(prepared: readonly Prepared[], current: readonly Tip[]): Promise<boolean> {
    const { stream, id, before } = prepared[0] as Prepared;
    if ((current[0] as Tip).revision <= before.revision) return false;
    const since = await this.#log.chunksSince(stream, before.revision + 1, before.version);
    return since.some((chunk) => chunk.id === id);
  }

  #done(prepared: readonly Prepared[], token: string): AppendResult {
    const tips = new Map(prepared.map(({ stream, after }) => [stream, this.#log.remember(stream, after)]));
    this.#appended(tips);
    return { ok: true, token };
  }
}

/** What the items were on which the conditions of an append failed; nothing for any other exception. */
function itemsOf(error: unknown): readonly (Item | undefined)[] | undefined {
  if (error instanceof ConditionalCheckFailedException) return [error.Item];
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const reasons = error.CancellationReasons ?? [];
  return reasons.some(({ Code }) => Code === "ConditionalCheckFailed") ? reasons.map(({ Item }) => Item) : undefined;
}

function isTransactionConflict(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === "TransactionConflict" || Code === "ThrottlingError")
  );
}
