/**
 * An event source mapping of an SQS queue: what is done is deleted, the rest comes again when its visibility timeout is over. The local
 * server does not hold back a FIFO group of which a message is hidden, so a FIFO queue has one batch at a time here, and
 * waits as a whole for what has failed, where on AWS the other groups go on.
 */
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Invoked } from "../copy/invoked.ts";
import { failedIds } from "./batch-answer.ts";
import { isStopped, pause } from "./pause.ts";

export interface QueueMappingOptions {
  readonly client: SQSClient;
  readonly url: string;
  readonly arn: string;
  readonly invoke: (event: unknown) => Promise<Invoked>;
  /** Messages in one invocation, 1 to 10. Default 10. */
  readonly batchSize?: number;
  /** Invocations at the same time, of a standard queue. Default 5. */
  readonly concurrency?: number;
  /** Whether a batch that was done is forgotten to be deleted, so that it comes once more. */
  readonly again?: () => boolean;
}

/** Between questions that were answered with nothing: the local server keeps messages that a long poll finds until that is over. */
const pollMs = 100;

export class QueueMapping {
  readonly #options: QueueMappingOptions;
  readonly #stop = new AbortController();
  #pollers: readonly Promise<void>[] = [];
  /** Batches that were delivered, repetitions included. */
  delivered = 0;

  constructor(options: QueueMappingOptions) {
    this.#options = options;
  }

  start(): void {
    const { concurrency = 5 } = this.#options;
    this.#pollers = Array.from({ length: this.#isFifo ? 1 : concurrency }, () => this.#poll());
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#pollers);
  }

  get #isFifo(): boolean {
    return this.#options.url.endsWith(".fifo");
  }

  async #poll(): Promise<void> {
    while (!isStopped(this.#stop)) {
      try {
        const messages = await this.#receive();
        if (messages.length > 0) await this.#deliver(messages);
        else await pause(pollMs, this.#stop);
        if (this.#isFifo) await this.#nothingHidden();
      } catch {
        await pause(pollMs, this.#stop);
      }
    }
  }

  async #nothingHidden(): Promise<void> {
    const { client, url: QueueUrl } = this.#options;
    const asked = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessagesNotVisible"],
    });
    while (!isStopped(this.#stop)) {
      const { Attributes } = await client.send(asked);
      if (Number(Attributes?.ApproximateNumberOfMessagesNotVisible) === 0) return;
      await pause(pollMs, this.#stop);
    }
  }

  async #receive(): Promise<readonly Message[]> {
    const { client, url, batchSize = 10 } = this.#options;
    const request = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: 0,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    return (await client.send(request)).Messages ?? [];
  }

  async #deliver(messages: readonly Message[]): Promise<void> {
    this.delivered++;
    const { client, url, arn, invoke, again } = this.#options;
    const failed = failedIds(await invoke({ Records: messages.map((message) => recordOf(message, arn)) }));
    if (!failed || again?.()) return;
    const done = messages.filter(({ MessageId = "" }) => !failed.has(MessageId));
    // An answer that names a message that was not there cannot be trusted: Lambda delivers all of them again.
    if (done.length === 0 || messages.length - done.length < failed.size) return;
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  }
}

function recordOf({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes, MessageAttributes }: Message, arn: string) {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, { StringValue, BinaryValue, DataType }]) => [
        name,
        {
          dataType: DataType,
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
        },
      ]),
    ),
    md5OfBody: MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: arn,
    awsRegion: "eu-central-1",
  };
}
