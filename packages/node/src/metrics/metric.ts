/** A metric that is read only when Prometheus asks, so that nothing but plain additions happens in between. */
import type { Metric, Registry } from "prom-client";

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** Where it is not the metric's own: `_bucket`, `_sum`, `_count` of histograms. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/** The registry asks a metric for nothing but `name` and `get()`; its type, however, names four classes. */
export function register(registry: Registry, { name, help, type, samples }: MetricDefinition): void {
  const get = async () => ({ name, help, type, aggregator: "sum", values: await samples() });
  registry.registerMetric({ name, help, type, get } as unknown as Metric);
}
