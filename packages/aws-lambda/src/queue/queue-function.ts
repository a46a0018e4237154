/**
 * A function that executes the commands of an SQS queue. Those on one stream that come in one batch are decided together and share an
 * append. In a FIFO queue a group's commands are executed in order, and none after one that failed; neighbours on one stream share an append there too.
 */
import type { CommandRequest, Principal } from "foldstream";
import { LambdaError } from "../errors.ts";
import type { CommandHost } from "../host.ts";
import { textAt } from "../json.ts";
import { failing, type PartialAnswer } from "../partial-answer.ts";
import { messageOf } from "../trigger/message.ts";
import { type TriggerRecord, triggerOf } from "../trigger/records.ts";
import { commandOf } from "./command-message.ts";
import { isDone } from "./outcome-of.ts";

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
    const open = await Promise.all([...groups.values()].map((group) => openOf(host, group, principal)));
    await host.runtime.settled();
    return failing(open.flat().flatMap(({ id }) => id ?? []));
  };
}

/** What of a group is to be delivered again: the first that is not done with, and all behind it. */
async function openOf(
  host: CommandHost,
  group: readonly TriggerRecord[],
  principal: Principal | undefined,
): Promise<readonly TriggerRecord[]> {
  const requests = requestsOf(host, group, principal);
  const { results } = await host.runtime.dispatchInOrder(requests);
  const done = results.filter((result, index) => isDone(host, requests[index] as CommandRequest, result));
  return group.slice(done.length);
}

/** Up to the first message that is no command. */
function requestsOf(
  host: CommandHost,
  group: readonly TriggerRecord[],
  principal: Principal | undefined,
): readonly CommandRequest[] {
  const requests: CommandRequest[] = [];
  for (const { id = "", value } of group) {
    try {
      requests.push(commandOf(messageOf(id, value.body), principal));
    } catch (error) {
      host.log("error", "A message is no command.", { messageId: id, error });
      break;
    }
  }
  return requests;
}

function notAQueue(source: string): LambdaError {
  return new LambdaError(
    "unsupported-event",
    `Expected messages of an SQS queue, found ${source}. Nothing was executed. Send commands through a queue.`,
  );
}
