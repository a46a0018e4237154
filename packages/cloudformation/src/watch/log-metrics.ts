/** What only the app can tell: lines of its log that hold a phrase, however Lambda wraps them. */
import { logGroupId } from "../permissions.ts";
import type { SettledFunction, SettledTopology } from "../settled.ts";
import { type Resources, ref } from "../template.ts";

export const namespace = "Foldstream";

export interface LogMetric {
  readonly metric: string;
  /** Who writes the phrase. */
  readonly role: SettledFunction["role"];
  readonly phrase: string;
  /** What it means. */
  readonly what: string;
}

const all: readonly LogMetric[] = [
  {
    metric: "Halted",
    role: "worker",
    phrase: "Projections have halted",
    what: "A projection has halted: too many of its streams fail.",
  },
  {
    metric: "Drift",
    role: "audit",
    phrase: "A read model differs from the log",
    what: "A read model differs from the log.",
  },
];

/** Those of the functions that there are. */
export function logMetrics(functions: readonly SettledFunction[]): readonly LogMetric[] {
  return all.filter((one) => functions.some(({ role }) => role === one.role));
}

export function metricName(name: string, metric: string): string {
  return `${name}-${metric}`;
}

export function logMetricFilters({ name, functions }: SettledTopology): Resources {
  return Object.fromEntries(
    logMetrics(functions).map(({ metric, role, phrase }) => [
      `${metric}Filter`,
      {
        Type: "AWS::Logs::MetricFilter",
        Properties: {
          LogGroupName: ref(logGroupId(role)),
          FilterPattern: `"${phrase}"`,
          MetricTransformations: [
            {
              MetricNamespace: namespace,
              MetricName: metricName(name, metric),
              MetricValue: "1",
              DefaultValue: 0,
            },
          ],
        },
      },
    ]),
  );
}
