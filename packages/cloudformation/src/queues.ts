/** Queues: of commands, and of what could not be delivered. */
import type { SettledTopology } from "./settled.ts";
import { accepted, attribute, onlyByTls, type Resource, type Resources, ref } from "./template.ts";

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
  const failed = queue("FailedWakeUps", { QueueName: names.failedWakeUps }, { Accepted: [endOfTheLine] });
  const consumer = topology.functions.find(({ role }) => role === "queue");
  if (!consumer) return failed;
  const kind = topology.commandQueue === "fifo" ? { FifoQueue: true, ContentBasedDeduplication: false } : {};
  return {
    ...failed,
    ...queue("FailedCommands", { QueueName: names.failedCommands, ...kind }, { Accepted: [endOfTheLine] }),
    ...queue("Commands", {
      QueueName: names.commands,
      ...kind,
      VisibilityTimeout: visibility * consumer.timeoutSeconds,
      RedrivePolicy: { deadLetterTargetArn: attribute("FailedCommands", "Arn"), maxReceiveCount: deliveries },
    }),
  };
}

const endOfTheLine = accepted("What failed ends here, and an alarm tells of it.", "CT.SQS.PR.1", "AwsSolutions-SQS3");

function queue(id: string, properties: object, Metadata?: Resource["Metadata"]): Resources {
  const policy = { Version: "2012-10-17", Statement: [onlyByTls("sqs:*", attribute(id, "Arn"))] };
  const kept = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" } as const;
  return {
    [id]: {
      Type: "AWS::SQS::Queue",
      Properties: { MessageRetentionPeriod: fourteenDays, SqsManagedSseEnabled: true, ...properties },
      ...kept,
      ...(Metadata && { Metadata }),
    },
    [`${id}Policy`]: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: { Queues: [ref(id)], PolicyDocument: policy },
      ...kept,
    },
  };
}
