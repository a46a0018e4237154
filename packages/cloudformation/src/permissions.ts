/** What each function may do, and nothing else. */

import { queueNames } from "./queues.ts";
import type { SettledTopology } from "./settled.ts";
import { type TableId, tableNamesOf } from "./tables.ts";
import { arn, attribute, ref } from "./template.ts";
import type { Role } from "./topology.ts";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

const read = ["GetItem", "BatchGetItem", "Query"];
/** Nothing ever deletes from the log or the feed. */
const append = [...read, "PutItem"];
/** What opening the engine and preparing read models takes, indexes that were added included. */
const prepare = [...read, "PutItem", "UpdateItem", "BatchWriteItem"];
const keep = [...prepare, "DeleteItem", "ConditionCheckItem"];

const actions: Readonly<Record<Role, Readonly<Record<TableId, readonly string[]>>>> = {
  http: { LogTable: append, FeedTable: append, ReadModelsTable: prepare },
  queue: { LogTable: append, FeedTable: append, ReadModelsTable: prepare },
  // Policies execute commands.
  worker: { LogTable: append, FeedTable: append, ReadModelsTable: keep },
  audit: { LogTable: read, FeedTable: append, ReadModelsTable: prepare },
  sweep: { LogTable: [...read, "Scan"], FeedTable: append, ReadModelsTable: prepare },
};

export function statements(role: Role, topology: SettledTopology): readonly Statement[] {
  return [
    ...tableStatements(role, topology.name),
    ...(role === "worker" ? workerStatements(topology) : []),
    ...(role === "queue" ? [queueStatement(topology)] : []),
    ...databaseStatements(topology),
    {
      Sid: "WriteItsLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: attribute(logGroupId(role), "Arn"),
    },
  ];
}

export function logGroupId(role: Role): string {
  return `${capitalized(role)}Logs`;
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function tableStatements(role: Role, name: string): readonly Statement[] {
  const names = tableNamesOf(name);
  return Object.entries(actions[role]).map(([table, allowed]) => ({
    Sid: `Use${table}`,
    Effect: "Allow",
    Action: allowed.map((action) => `dynamodb:${action}`),
    Resource: arn("dynamodb", `table/${names[table as TableId]}`),
  }));
}

function workerStatements(topology: SettledTopology): readonly Statement[] {
  return [
    {
      Sid: "FollowTheLog",
      Effect: "Allow",
      Action: ["DescribeStream", "GetRecords", "GetShardIterator"].map((action) => `dynamodb:${action}`),
      Resource: ref("LogStreamArn"),
    },
    {
      Sid: "KeepWakeUpsThatFailed",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: arn("sqs", queueNames(topology).failedWakeUps),
    },
  ];
}

function queueStatement(topology: SettledTopology): Statement {
  return {
    Sid: "TakeCommands",
    Effect: "Allow",
    Action: ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"].map(
      (action) => `sqs:${action}`,
    ),
    Resource: arn("sqs", queueNames(topology).commands),
  };
}

/** Network interfaces are described and made before they have names, so these actions take no narrower resource. */
function databaseStatements({ database }: SettledTopology): readonly Statement[] {
  if (!database) return [];
  const interfaces = ["Create", "Delete"].map((verb) => `ec2:${verb}NetworkInterface`);
  const addresses = ["Assign", "Unassign"].map((verb) => `ec2:${verb}PrivateIpAddresses`);
  return [
    {
      Sid: "ReadTheConnectionString",
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: database.secretArn,
    },
    {
      Sid: "LiveInTheVpc",
      Effect: "Allow",
      Action: [...interfaces, "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", ...addresses],
      Resource: "*",
    },
  ];
}
