/** Queues: of commands, and of what could not be delivered. */
import type { SettledTopology } from "./settled.ts";
import { attribute, type Resource, type Resources } from "./template.ts";

const fourteenDays = 1_209_600;
/** Deliveries of a command before it is set aside. */
const deliveries = 5;
/** The visibility timeout that AWS advises, in multiples of the function's timeout. */
const visibility = 6;

export interface QueueNames {
  readonly failedWakeUps: string;
  readonly commands: string;
  readonly failedCommands: string;
}

export function queueNames({ name, commandQueue }: Pick<SettledTopology, "name" | "commandQueue">): QueueNames {
  const suffix = commandQueue === "fifo" ? ".fifo" : "";
  return {
    failedWakeUps: `${name}-failed-wake-ups`,
    commands: `${name}-commands${suffix}`,
    failedCommands: `${name}-failed-commands${suffix}`,
  };
}

export function queues(topology: SettledTopology): Resources {
  const names = queueNames(topology);
  const failed = { FailedWakeUps: queue(names.failedWakeUps, {}) };
  const consumer = topology.functions.find(({ role }) => role === "queue");
  if (!consumer) return failed;
  const kind = topology.commandQueue === "fifo" ? { FifoQueue: true, ContentBasedDeduplication: false } : {};
  return {
    ...failed,
    FailedCommands: queue(names.failedCommands, kind),
    Commands: queue(names.commands, {
      ...kind,
      VisibilityTimeout: visibility * consumer.timeoutSeconds,
      RedrivePolicy: { deadLetterTargetArn: attribute("FailedCommands", "Arn"), maxReceiveCount: deliveries },
    }),
  };
}

function queue(QueueName: string, more: object): Resource {
  return {
    Type: "AWS::SQS::Queue",
    Properties: { QueueName, MessageRetentionPeriod: fourteenDays, SqsManagedSseEnabled: true, ...more },
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
  };
}
