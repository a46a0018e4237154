/** What carries commands and wake-ups: queues, Kinesis, the clock's rules, and what may stand before the function. */
import { hoursPerMonth } from "../deployment/deployed.ts";
import { consumptionAt } from "../traffic/consumption.ts";
import { payloadUnits, recordsAt, shardsFor } from "../traffic/kinesis.ts";
import { queueBatch } from "../traffic/load.ts";
import type { Situation } from "./situation.ts";
import type { Usage } from "./usage.ts";

/** Five pollers wait twenty seconds each (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
const idleReceives = (5 * hoursPerMonth * 3_600) / 20;

export function messagingUsage(situation: Situation): readonly Usage[] {
  return [...commandQueue(situation), ...wakeUps(situation), ...rules(situation), ...front(situation)];
}

function commandQueue({ profile, deployed, mean, seconds }: Situation): readonly Usage[] {
  const { commandQueue: kind } = deployed;
  if (!kind) return [];
  const commands = profile.commands.by === "queue" ? mean.commands * seconds : 0;
  return [queued("commands", commands, Math.min(queueBatch, Math.max(1, mean.commands)), kind)];
}

/** Sent one by one, received and deleted in batches; an empty queue is asked too. */
function queued(item: string, messages: number, batch: number, kind: "standard" | "fifo"): Usage {
  return {
    service: "SQS",
    item: `${item}: requests`,
    quantity: Math.max(idleReceives, messages / batch) + messages + messages / batch,
    unit: "requests",
    price: `sqs.${kind}-request`,
    formula: `${Math.round(messages)} messages sent, received and deleted ${batch} at a time; at least ${Math.round(idleReceives)} receives`,
  };
}

function wakeUps(situation: Situation): readonly Usage[] {
  const { choice, mean, seconds } = situation;
  if (choice.wakeUps === "queue") return [queued("wake-ups", mean.appends * seconds, 1, "standard")];
  return choice.wakeUps === "kinesis" ? kinesis(situation) : [];
}

/** Each change of the log is captured by its write units, then put into the stream. */
function kinesis({ profile, mean, peak, seconds }: Situation): readonly Usage[] {
  const shards = shardsFor(recordsAt(profile, peak));
  const [appends] = consumptionAt(profile, mean);
  const captured = (appends?.tables.log.writes ?? 0) * seconds;
  const { perSecond, bytes } = recordsAt(profile, mean);
  return [
    {
      service: "DynamoDB",
      item: "changes captured for Kinesis",
      quantity: captured,
      unit: "change data capture units",
      price: "dynamodb.change-data-capture-unit",
      formula: "the write units of the log",
    },
    {
      service: "Kinesis",
      item: "shards",
      quantity: shards * hoursPerMonth,
      unit: "shard hours",
      price: "kinesis.shard-hour",
      formula: `${shards} shards x ${hoursPerMonth} h`,
    },
    {
      service: "Kinesis",
      item: "records",
      quantity: perSecond * seconds * payloadUnits(bytes),
      unit: "PUT payload units",
      price: "kinesis.put-payload-unit",
      formula: "a unit for each 25 KB of a change",
    },
  ];
}

function rules({ deployed }: Situation): readonly Usage[] {
  const runs = Object.values(deployed.scheduled).reduce((sum, count) => sum + count, 0);
  return [
    {
      service: "EventBridge",
      item: "schedules",
      quantity: runs,
      unit: "scheduled invocations",
      price: "eventbridge.scheduled-invocation",
      formula: "the rules of the topology",
    },
  ];
}

function front({ choice, profile, mean, seconds }: Situation): readonly Usage[] {
  if (choice.front === "function-url") return [];
  const commands = profile.commands.by === "http" ? mean.commands : 0;
  return [
    {
      service: "API Gateway",
      item: "HTTP API",
      quantity: (mean.queries + commands) * seconds,
      unit: "requests",
      price: "api-gateway.http-request",
      formula: "each command and query",
    },
  ];
}
