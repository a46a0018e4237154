/** What wakes functions: the log's stream, the queue, and the clock. */
import { functionId } from "./functions.ts";
import { capitalized } from "./permissions.ts";
import { queueNames } from "./queues.ts";
import type { SettledTopology } from "./settled.ts";
import { arn, attribute, type Resource, type Resources, ref } from "./template.ts";
import type { Role } from "./topology.ts";

/** How often the clock wakes whom. Timers of policies wait for the worker's minute; an audit takes another part of the keys each time. */
const schedules: Partial<Readonly<Record<Role, string>>> = {
  worker: "rate(1 minute)",
  audit: "rate(1 day)",
  sweep: "rate(1 day)",
};

/** AWS Lambda API, ScalingConfig. */
const mostOfSqs = 1_000;

export function wakeUps(topology: SettledTopology): Resources {
  const roles = topology.functions.map(({ role }) => role);
  return {
    LogMapping: logMapping(topology),
    ...(roles.includes("queue") && { CommandsMapping: commandsMapping(topology) }),
    ...Object.assign({}, ...roles.map((role) => schedule(role))),
  };
}

/** Records that fail again and again go to a queue after a while, and the stream goes on: what they told of shows with a stream's next event, or in a sweep. */
function logMapping(topology: SettledTopology): Resource {
  return {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: ref("LogStreamArn"),
      FunctionName: ref(functionId("worker")),
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 1_000,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 20,
      DestinationConfig: { OnFailure: { Destination: arn("sqs", queueNames(topology).failedWakeUps) } },
    },
  };
}

function commandsMapping(topology: SettledTopology): Resource {
  const { reservedConcurrency } = topology.functions.find(({ role }) => role === "queue") ?? {};
  // Without a limit SQS outruns a function's reserved concurrency, and messages die of throttling.
  const scaling = reservedConcurrency !== undefined && {
    ScalingConfig: { MaximumConcurrency: Math.min(mostOfSqs, reservedConcurrency) },
  };
  return {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: arn("sqs", queueNames(topology).commands),
      FunctionName: ref(functionId("queue")),
      BatchSize: 10,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ...scaling,
    },
  };
}

function schedule(role: Role): Resources {
  const rate = schedules[role];
  if (rate === undefined) return {};
  const rule = `${capitalized(role)}Schedule`;
  return {
    [rule]: {
      Type: "AWS::Events::Rule",
      Properties: {
        ScheduleExpression: rate,
        Targets: [{ Id: role, Arn: attribute(functionId(role), "Arn"), RetryPolicy: { MaximumRetryAttempts: 2 } }],
      },
    },
    [`${rule}Permission`]: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: ref(functionId(role)),
        Principal: "events.amazonaws.com",
        SourceArn: attribute(rule, "Arn"),
      },
    },
  };
}
