/** One dashboard: what comes in, how long it takes, how far the copies are, what was given up. */
import { functionName } from "../functions.ts";
import type { SettledTopology } from "../settled.ts";
import { tableNamesOf } from "../tables.ts";
import { filled, type Resources } from "../template.ts";
import { namespace } from "./log-metrics.ts";
import { standing } from "./watched.ts";

type Metric = readonly unknown[];

const width = 12;
const height = 6;

export function dashboard(topology: SettledTopology): Resources {
  const { name } = topology;
  const widgets = graphs(topology).map(({ title, metrics, stat }, index) => ({
    type: "metric",
    x: (index % 2) * width,
    y: Math.floor(index / 2) * height,
    width,
    height,
    properties: { title, metrics, stat, view: "timeSeries", region: `\${AWS::Region}`, period: 60 },
  }));
  return {
    Dashboard: {
      Type: "AWS::CloudWatch::Dashboard",
      Properties: { DashboardName: name, DashboardBody: filled(JSON.stringify({ widgets })) },
    },
  };
}

function graphs({ name, functions }: SettledTopology): readonly {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly stat: string;
}[] {
  const ofFunctions = (metric: string): readonly Metric[] =>
    functions.map(({ role }) => ["AWS/Lambda", metric, "FunctionName", functionName(name, role)]);
  const ofWorker = (metric: string): Metric => [namespace, metric, "FunctionName", functionName(name, "worker")];
  const ofTables = (metric: string): readonly Metric[] =>
    Object.values(tableNamesOf(name)).map((table) => ["AWS/DynamoDB", metric, "TableName", table]);
  return [
    { title: "Invocations", metrics: ofFunctions("Invocations"), stat: "Sum" },
    { title: "Duration, 99th percentile (ms)", metrics: ofFunctions("Duration"), stat: "p99" },
    { title: "Errors", metrics: ofFunctions("Errors"), stat: "Sum" },
    {
      title: "How late the worker is (ms)",
      metrics: [["AWS/Lambda", "IteratorAge", "FunctionName", functionName(name, "worker")]],
      stat: "Maximum",
    },
    { title: "How late projections and policies are (s)", metrics: [ofWorker(standing.lag)], stat: "Maximum" },
    { title: "Parked", metrics: [ofWorker(standing.parked)], stat: "Maximum" },
    { title: "Write units", metrics: ofTables("ConsumedWriteCapacityUnits"), stat: "Sum" },
    { title: "Read units", metrics: ofTables("ConsumedReadCapacityUnits"), stat: "Sum" },
  ];
}
