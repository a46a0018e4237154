/** What is watched: each metric with the threshold from which somebody must have a look. */
import { functionId } from "../functions.ts";
import { queueNames } from "../queues.ts";
import type { SettledFunction, SettledTopology } from "../settled.ts";
import { tableNamesOf } from "../tables.ts";
import { ref } from "../template.ts";
import { logMetrics, metricName, namespace } from "./log-metrics.ts";

/** A copy that lacks events for this long is behind. */
const lateSeconds = 300;

export interface Watched {
  readonly what: string;
  readonly metric: string;
  readonly namespace: string;
  readonly dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly statistic: "Sum" | "Maximum";
  /** The alarm goes off above it. */
  readonly threshold: number;
  readonly minutes: number;
  /** It goes off when nothing is told, too. */
  readonly mustTell?: true;
}

type ById = Readonly<Record<string, Watched>>;

/** What the worker tells of itself with each schedule: see `Standing` of `@foldstream/aws-lambda`. */
export const standing = { parked: "Parked", lag: "LagSeconds" } as const;

const counted = { statistic: "Sum", threshold: 0, minutes: 5 } as const;

/** By logical id of the alarm. */
export function watched(topology: SettledTopology): ById {
  return {
    ...Object.assign({}, ...topology.functions.map(ofFunction)),
    WorkerIsLate: {
      what: "Events wait in the log's stream for more than five minutes.",
      ...lambdaMetric("worker", "IteratorAge"),
      statistic: "Maximum",
      threshold: lateSeconds * 1_000,
      minutes: 5,
    },
    CopiesAreLate: {
      what: "A projection or policy lacks events that are older than five minutes, or the worker has told nothing for as long.",
      ...workerMetric(standing.lag),
      statistic: "Maximum",
      threshold: lateSeconds,
      minutes: 5,
      mustTell: true,
    },
    SomethingIsParked: {
      what: "Streams, commands or effects are parked: they wait until somebody has a look and redrives them.",
      ...workerMetric(standing.parked),
      statistic: "Maximum",
      threshold: 0,
      minutes: 5,
    },
    ...ofQueues(topology),
    ...ofTables(topology.name),
    ...ofLogs(topology),
  };
}

function lambdaMetric(role: SettledFunction["role"], metric: string) {
  const dimensions = [{ Name: "FunctionName", Value: ref(functionId(role)) }];
  return { metric, namespace: "AWS/Lambda", dimensions };
}

function workerMetric(metric: string) {
  return { ...lambdaMetric("worker", metric), namespace };
}

function ofFunction({ role }: SettledFunction): ById {
  const id = functionId(role);
  return {
    [`${id}Fails`]: { what: `Invocations of ${role} fail.`, ...lambdaMetric(role, "Errors"), ...counted },
    [`${id}IsThrottled`]: {
      what: `Invocations of ${role} are refused, since too many copies of it run.`,
      ...lambdaMetric(role, "Throttles"),
      ...counted,
    },
  };
}

/** What ends here was given up: nobody tries it again unless told. */
function ofQueues(topology: SettledTopology): ById {
  const names = queueNames(topology);
  const visible = (what: string, queue: string): Watched => ({
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

function ofTables(name: string): ById {
  const throttled = (table: string, metric: string): Watched => ({
    what: `DynamoDB refuses requests to ${table}: a partition key is hot, or the table grows faster than it can.`,
    metric,
    namespace: "AWS/DynamoDB",
    dimensions: [{ Name: "TableName", Value: table }],
    ...counted,
  });
  return Object.fromEntries(
    Object.entries(tableNamesOf(name)).flatMap(([id, table]) =>
      ["ReadThrottleEvents", "WriteThrottleEvents"].map((metric) => [`${id}${metric}`, throttled(table, metric)]),
    ),
  );
}

function ofLogs({ name, functions }: SettledTopology): ById {
  return Object.fromEntries(
    logMetrics(functions).map(({ metric, what }) => [
      `${metric}Alarm`,
      { what, metric: metricName(name, metric), namespace, ...counted },
    ]),
  );
}
