/** A client that leaves its commands in the queue, and an operator who sees to it that all of them are executed. */
import { setTimeout as sleep } from "node:timers/promises";
import { GetQueueAttributesCommand, SendMessageCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import type { LocalQueues } from "@foldstream/lambda-local";
import type { Book } from "./book.ts";
import type { Load } from "./loads.ts";

const patienceMs = 240_000;
const betweenLooksMs = 250;

export interface QueueClient {
  readonly queues: LocalQueues;
  /** Of the app. */
  readonly name: string;
  readonly load: Load;
  readonly book: Book;
}

/** `times` is how often it is put into the queue, as a sender does that got no answer. */
export async function leave(client: QueueClient, commandId: string, stream: string, times = 1): Promise<void> {
  const { queues, name, load, book } = client;
  const { aggregate, command, data } = load;
  book.accept(commandId, stream, "queue");
  for (let time = 0; time < times; time++)
    await queues.client.send(
      new SendMessageCommand({
        QueueUrl: queues.urls[`${name}-commands.fifo`],
        MessageBody: JSON.stringify({ aggregate, id: stream, command, data, commandId }),
        MessageGroupId: stream,
        MessageDeduplicationId: `${commandId}.${time}`,
      }),
    );
}

/** Resolves with how many messages had to be redriven. @throws Error when some are never executed. */
export async function drained({ queues, name }: QueueClient): Promise<number> {
  let redriven = 0;
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(betweenLooksMs)) {
    if ((await waiting(queues, `${name}-commands.fifo`)) > 0) continue;
    const failed = await waiting(queues, `${name}-failed-commands.fifo`);
    if (failed === 0) return redriven;
    redriven += failed;
    await redrive(queues, `${name}-failed-commands.fifo`).catch(unlessRunning);
  }
  throw new Error(`The queue ${name}-commands.fifo was not empty after ${patienceMs / 1_000} s.`);
}

/** Resolves when the queue is empty: there may be one such task at a time. */
async function redrive(queues: LocalQueues, name: string): Promise<void> {
  const told = new GetQueueAttributesCommand({ QueueUrl: queues.urls[name], AttributeNames: ["QueueArn"] });
  const { Attributes } = await queues.client.send(told);
  await queues.client.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes?.QueueArn }));
  for (const until = Date.now() + patienceMs; (await waiting(queues, name)) > 0 && Date.now() < until; )
    await sleep(betweenLooksMs);
}

/** Visible or not: this server counts both. */
async function waiting(queues: LocalQueues, name: string): Promise<number> {
  const request = new GetQueueAttributesCommand({ QueueUrl: queues.urls[name], AttributeNames: ["All"] });
  const { Attributes } = await queues.client.send(request);
  return Number(Attributes?.ApproximateNumberOfMessages);
}

/** A task ends a little later than its queue is empty; the next look starts another. */
function unlessRunning(error: unknown): void {
  if (!(error instanceof Error && error.message.includes("already a task running"))) throw error;
}
