/**
 * A function that executes the commands of an SQS queue. Those on one stream that come in one batch are decided together and share an
 * append. In a FIFO queue a group's commands are executed in order, and none after one that failed.
 */
import type { CommandRequest, Principal } from "foldstream";
import { LambdaError } from "../errors.ts";
import type { CommandHost } from "../host.ts";
import { textAt } from "../json.ts";
import { failing, type PartialAnswer } from "../partial-answer.ts";
import { messageOf } from "../trigger/message.ts";
import { type TriggerRecord, triggerOf } from "../trigger/records.ts";
import { commandOf } from "./command-message.ts";
import { isAnswered } from "./outcome-of.ts";

export interface QueueOptions {
  /** In whose name the commands are executed. Default: nobody's. Whoever may send to the queue may do what that one may. */
  readonly principal?: Principal;
}

export type QueueFunction = (event: unknown) => Promise<PartialAnswer>;

export function queueFunction(host: CommandHost, { principal }: QueueOptions = {}): QueueFunction {
  return async (event) => {
    const { source, records } = triggerOf(event);
    if (source !== "sqs") throw notAQueue(source);
    const groups = Map.groupBy(records, (record) => textAt(record.value, "attributes", "MessageGroupId") ?? record);
    const execute = (record: TriggerRecord) => executed(host, record, principal);
    const open = await Promise.all([...groups.values()].map((group) => openOf(group, execute)));
    await host.runtime.settled();
    return failing(open.flat().flatMap(({ id }) => id ?? []));
  };
}

/** What of a group is to be delivered again: the first that is not done with, and all behind it. */
async function openOf(
  group: readonly TriggerRecord[],
  execute: (record: TriggerRecord) => Promise<boolean>,
): Promise<readonly TriggerRecord[]> {
  for (const [index, record] of group.entries()) if (!(await execute(record))) return group.slice(index);
  return [];
}

async function executed(
  host: CommandHost,
  { id = "", value }: TriggerRecord,
  principal: Principal | undefined,
): Promise<boolean> {
  let request: CommandRequest;
  try {
    request = commandOf(messageOf(id, value.body), principal);
  } catch (error) {
    host.log("error", "A message is no command.", { messageId: id, error });
    return false;
  }
  return isAnswered(host, request);
}

function notAQueue(source: string): LambdaError {
  return new LambdaError(
    "unsupported-event",
    `Expected messages of an SQS queue, found ${source}. Nothing was executed. Send commands through a queue.`,
  );
}
