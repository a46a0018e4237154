/** `@foldstream/node`: what one Node process adds to an app. */
export { errorLog } from "./error-log.ts";
export { isPortTakenError, PortTakenError } from "./errors.ts";
export { fileBlobStore } from "./file-blob-store.ts";
export {
  type PrometheusMetrics,
  type PrometheusMetricsOptions,
  prometheusMetrics,
} from "./metrics/prometheus-metrics.ts";
export { nodeEnvironment } from "./node-environment.ts";
export { runUntilSignal } from "./run-until-signal.ts";
export { type RunningServer, type ServeOptions, serve } from "./serve.ts";
