/** What a deployment is billed for by its mere shape: read from the templates themselves. */
import { type Resource, synthesize, type Topology } from "@foldstream/cloudformation";

interface DeployedFunction {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

export interface Deployed {
  /** By role. */
  readonly functions: Readonly<Record<string, DeployedFunction>>;
  /** Runs a month that the clock starts, by role. */
  readonly scheduled: Readonly<Record<string, number>>;
  readonly commandQueue: "standard" | "fifo" | undefined;
  readonly alarms: number;
  /** Of the app's own, which CloudWatch makes from its logs. */
  readonly metrics: number;
  readonly dashboards: number;
  readonly logDays: number;
  readonly page: boolean;
}

export const hoursPerMonth = 730;

/** @throws TopologyError when it cannot be deployed. */
export function deployedBy(topology: Topology): Deployed {
  const resources = Object.values(synthesize(topology).stacks).flatMap(({ Resources }) => Object.entries(Resources));
  const of = (type: string) => resources.filter(([, { Type }]) => Type === type).map(([, resource]) => resource);
  const functions = of("AWS::Lambda::Function").map((one) => [roleOf(one), functionOf(one)] as const);
  const queues = resources.filter(([id]) => id === "Commands").map(([, { Properties }]) => Properties);
  return {
    functions: Object.fromEntries(functions),
    scheduled: Object.fromEntries(of("AWS::Events::Rule").map((rule) => [targetOf(rule), runsPerMonth(rule)])),
    commandQueue: queues[0] && (queues[0].FifoQueue ? "fifo" : "standard"),
    alarms: of("AWS::CloudWatch::Alarm").length,
    metrics: ownMetrics(of("AWS::CloudWatch::Alarm")),
    dashboards: of("AWS::CloudWatch::Dashboard").length,
    logDays: Number(of("AWS::Logs::LogGroup")[0]?.Properties.RetentionInDays),
    page: of("AWS::CloudFront::Distribution").length > 0,
  };
}

/** All of them are watched by alarms. */
function ownMetrics(alarms: readonly Resource[]): number {
  const own = alarms.filter(({ Properties }) => Properties.Namespace === "Foldstream");
  return new Set(own.map(({ Properties }) => Properties.MetricName)).size;
}

/** The bundle exports functions under their roles. */
function roleOf({ Properties }: Resource): string {
  return String(Properties.Handler).replace("index.", "");
}

function functionOf({ Properties }: Resource): DeployedFunction {
  return { memoryMb: Number(Properties.MemorySize), timeoutSeconds: Number(Properties.Timeout) };
}

function targetOf({ Properties }: Resource): string {
  return (Properties.Targets as readonly { readonly Id: string }[])[0]?.Id ?? "";
}

const hours: Readonly<Record<string, number>> = { minute: 1 / 60, hour: 1, day: 24 };

function runsPerMonth({ Properties }: Resource): number {
  const [, every, unit = ""] = /^rate\((\d+) (\w+?)s?\)$/.exec(String(Properties.ScheduleExpression)) ?? [];
  return hoursPerMonth / (Number(every) * (hours[unit] ?? Number.NaN));
}
