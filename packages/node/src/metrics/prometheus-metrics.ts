/** Metrics of a runtime and its process, in the text format of Prometheus. */
import type { PartitionStatus, Runtime, RuntimeObserver, RuntimeStatus } from "foldstream";
import { collectDefaultMetrics, Registry } from "prom-client";
import { register, type Sample } from "./metric.ts";
import { RuntimeMetrics } from "./runtime-metrics.ts";

export interface PrometheusMetricsOptions {
  /** Adds metrics of the process: CPU, memory, garbage collection, event loop. Default true. */
  readonly process?: boolean;
}

export interface PrometheusMetrics {
  /** For `createRuntime`. */
  readonly observer: RuntimeObserver;
  /** Adds position, lag and parked streams of the projections, read from `status()` whenever Prometheus asks. */
  watch(runtime: Pick<Runtime, "status">): void;
  /** For the `metrics` option of `@foldstream/http`. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Labels are names the app declares, never ids of streams. Some ten nanoseconds per command. */
export function prometheusMetrics(options: PrometheusMetricsOptions = {}): PrometheusMetrics {
  const registry = new Registry();
  const metrics = new RuntimeMetrics();
  metrics.registerAt(registry);
  if (options.process ?? true) collectDefaultMetrics({ register: registry });
  return {
    observer: metrics.observer,
    watch: (runtime) => registerProjections(registry, runtime),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function registerProjections(registry: Registry, runtime: Pick<Runtime, "status">): void {
  const read = sharedStatus(runtime);
  const gauge = (name: string, help: string, value: (partition: PartitionStatus) => number) =>
    register(registry, { name, help, type: "gauge", samples: async () => samplesOf(await read(), value) });
  gauge(
    "foldstream_projection_position",
    "Position up to which the read model includes the partition.",
    ({ position }) => position,
  );
  gauge("foldstream_projection_lag_events", "Upper bound of the events still to come.", ({ lag }) => lag);
  register(registry, {
    name: "foldstream_projection_parked_streams",
    help: "Streams whose events wait for a redrive.",
    type: "gauge",
    samples: async () =>
      (await read()).projections.map(({ name, parked }) => ({ labels: { projection: name }, value: parked })),
  });
}

/** One status for all gauges of a scrape: they are read at the same time. */
function sharedStatus(runtime: Pick<Runtime, "status">): () => Promise<RuntimeStatus> {
  let reading: Promise<RuntimeStatus> | undefined;
  return () => {
    reading ??= runtime.status().finally(() => (reading = undefined));
    return reading;
  };
}

function samplesOf({ projections }: RuntimeStatus, value: (partition: PartitionStatus) => number): readonly Sample[] {
  return projections.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({
      labels: { projection: name, partition: partition.partition },
      value: value(partition),
    })),
  );
}
