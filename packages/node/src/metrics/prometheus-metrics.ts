/** Metrics of a runtime and its process, in the text format of Prometheus. */
import type { Runtime, RuntimeObserver } from "foldstream";
import { collectDefaultMetrics, Registry } from "prom-client";
import { RuntimeMetrics } from "./runtime-metrics.ts";
import { registerStatus } from "./status-metrics.ts";

export interface PrometheusMetricsOptions {
  /** Adds metrics of the process: CPU, memory, garbage collection, event loop. Default true. */
  readonly process?: boolean;
}

export interface PrometheusMetrics {
  /** For `createRuntime`. */
  readonly observer: RuntimeObserver;
  /** Adds how projections and policies do, wherever they run, read from `status()` whenever Prometheus asks. */
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
    watch: (runtime) => registerStatus(registry, runtime),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
