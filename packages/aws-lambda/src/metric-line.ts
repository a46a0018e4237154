/** Metrics as CloudWatch takes them from a line of a log (CloudWatch User Guide, "Embedded metric format specification"). */
import type { ReportMetrics } from "./worker/report-standing.ts";

const namespace = "Foldstream";

/** Straight to stdout: on the console, Lambda would wrap the line, and CloudWatch then takes it for text. */
export const metricLine: ReportMetrics = (metrics) => {
  const directive = {
    Namespace: namespace,
    Dimensions: [["FunctionName"]],
    Metrics: Object.keys(metrics).map((Name) => ({ Name })),
  };
  const FunctionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "function";
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [directive] };
  process.stdout.write(`${JSON.stringify({ _aws, FunctionName, ...metrics })}\n`);
};
