/** Alarms on what a person must see to. They notify a topic where one is given. */
import { functionId } from "./functions.ts";
import { logGroupId } from "./permissions.ts";
import { queueNames } from "./queues.ts";
import type { SettledFunction, SettledTopology } from "./settled.ts";
import { tableNamesOf } from "./tables.ts";
import { type Resource, type Resources, ref } from "./template.ts";

const namespace = "Foldstream";
/** A worker that has not come through the log's stream for this long is behind. */
const lateMs = 300_000;

interface Watched {
  readonly what: string;
  readonly metric: string;
  readonly namespace: string;
  readonly dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly statistic: "Sum" | "Maximum";
  readonly threshold: number;
  readonly minutes: number;
}

export function alarms(topology: SettledTopology): Resources {
  return {
    ...Object.assign({}, ...topology.functions.map(ofFunction)),
    WorkerIsLate: alarm({
      what: "Events wait in the log's stream for more than five minutes.",
      ...lambdaMetric("worker", "IteratorAge"),
      statistic: "Maximum",
      threshold: lateMs,
      minutes: 5,
    }),
    ...ofQueues(topology),
    ...ofTables(topology.name),
    ...ofLogs(topology),
  };
}

function lambdaMetric(role: SettledFunction["role"], metric: string) {
  const dimensions = [{ Name: "FunctionName", Value: ref(functionId(role)) }];
  return { metric, namespace: "AWS/Lambda", dimensions };
}

function ofFunction({ role }: SettledFunction): Resources {
  const id = functionId(role);
  const counted = { statistic: "Sum", threshold: 0, minutes: 5 } as const;
  return {
    [`${id}Fails`]: alarm({ what: `Invocations of ${role} fail.`, ...lambdaMetric(role, "Errors"), ...counted }),
    [`${id}IsThrottled`]: alarm({
      what: `Invocations of ${role} are refused, since too many copies of it run.`,
      ...lambdaMetric(role, "Throttles"),
      ...counted,
    }),
  };
}

/** What ends here was given up: nobody tries it again unless told. */
function ofQueues(topology: SettledTopology): Resources {
  const names = queueNames(topology);
  const visible = (what: string, queue: string) =>
    alarm({
      what,
      metric: "ApproximateNumberOfMessagesVisible",
      namespace: "AWS/SQS",
      dimensions: [{ Name: "QueueName", Value: queue }],
      statistic: "Maximum",
      threshold: 0,
      minutes: 5,
    });
  return {
    WakeUpsFailed: visible("Records of the log's stream could not be worked on.", names.failedWakeUps),
    ...(topology.functions.some(({ role }) => role === "queue") && {
      CommandsFailed: visible("Commands of the queue were given up.", names.failedCommands),
    }),
  };
}

function ofTables(name: string): Resources {
  return Object.fromEntries(
    Object.entries(tableNamesOf(name)).flatMap(([id, table]) =>
      ["ReadThrottleEvents", "WriteThrottleEvents"].map((metric) => [
        `${id}${metric}`,
        alarm({
          what: `DynamoDB refuses requests to ${table}: a partition key is hot, or the table grows faster than it can.`,
          metric,
          namespace: "AWS/DynamoDB",
          dimensions: [{ Name: "TableName", Value: table }],
          statistic: "Sum",
          threshold: 0,
          minutes: 5,
        }),
      ]),
    ),
  );
}

/** What only the app can tell: lines of its log that hold a phrase, however Lambda wraps them. */
function ofLogs({ name, functions }: SettledTopology): Resources {
  const worker = counted(name, "worker", "Halted", "Projections have halted", {
    what: "A projection has halted: too many of its streams fail.",
  });
  const parked = counted(name, "worker", "Parked", "A stream was parked", {
    what: "A stream was parked: one of its events fails, and what follows waits for a redrive.",
  });
  const drift = counted(name, "audit", "Drift", "A read model differs from the log", {
    what: "A read model differs from the log.",
  });
  return { ...worker, ...parked, ...(functions.some(({ role }) => role === "audit") && drift) };
}

function counted(
  name: string,
  role: SettledFunction["role"],
  metric: string,
  phrase: string,
  { what }: Pick<Watched, "what">,
): Resources {
  const called = `${name}-${metric}`;
  return {
    [`${metric}Filter`]: {
      Type: "AWS::Logs::MetricFilter",
      Properties: {
        LogGroupName: ref(logGroupId(role)),
        FilterPattern: `"${phrase}"`,
        MetricTransformations: [{ MetricNamespace: namespace, MetricName: called, MetricValue: "1", DefaultValue: 0 }],
      },
    },
    [`${metric}Alarm`]: alarm({ what, metric: called, namespace, statistic: "Sum", threshold: 0, minutes: 5 }),
  };
}

/** Above its threshold in any of the last periods; no data is good news. */
function alarm({ what, metric, dimensions = [], statistic, threshold, minutes, ...rest }: Watched): Resource {
  const actions = { "Fn::If": ["HasAlarmTopic", [ref("AlarmTopic")], ref("AWS::NoValue")] };
  return {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmDescription: what,
      MetricName: metric,
      Namespace: rest.namespace,
      Dimensions: dimensions,
      Statistic: statistic,
      Period: minutes * 60,
      EvaluationPeriods: 1,
      Threshold: threshold,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: actions,
      OKActions: actions,
    },
  };
}
