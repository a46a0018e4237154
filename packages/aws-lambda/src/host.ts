/** What all functions of an app share in one copy: an open engine and a prepared runtime. */
import { type App, type CommandRuntime, createRuntime, type Runtime, type RuntimeOptions } from "foldstream";
import type { Engine } from "foldstream/port";
import { lambdaEnvironment } from "./lambda-environment.ts";
import { type Log, logLine } from "./log-line.ts";
import { loggingObserver } from "./logging-observer.ts";
import { metricLine } from "./metric-line.ts";
import type { ReportMetrics } from "./worker/report-standing.ts";

/** An engine whose feed is recorded from its table's stream, such as DynamoDB's, or any other. */
export interface LambdaEngine extends Engine {
  /** Records what streams have grown by. Without it, changes of tables are wake-ups and nothing else. */
  record?(streams: readonly string[]): Promise<void>;
  /** Records whatever the feed still lacks. */
  sweep?(): Promise<void>;
}

export interface HostOptions<A extends App = App> extends Pick<RuntimeOptions, "settings" | "observer" | "effects"> {
  readonly app: A;
  /** Opens the engine. On DynamoDB with `recorder: "elsewhere"`, since nothing runs between invocations. */
  readonly engine: () => LambdaEngine | Promise<LambdaEngine>;
  /** Default: lines of JSON on the console, which go to CloudWatch Logs. */
  readonly log?: Log;
  /** Told by workers when a schedule wakes them. Default: lines that CloudWatch makes metrics of. */
  readonly metrics?: ReportMetrics;
}

/** What functions need that take nothing but commands. */
export interface CommandHost {
  readonly runtime: CommandRuntime;
  readonly log: Log;
}

export interface LambdaHost extends CommandHost {
  readonly runtime: Runtime;
  readonly engine: LambdaEngine;
  readonly metrics: ReportMetrics;
}

/** @throws what opening the engine or preparing its read models throws: Lambda then tries the init phase again. */
export async function openHost(given: HostOptions): Promise<LambdaHost> {
  const { app, engine: open, log = logLine, metrics = metricLine, ...options } = given;
  const engine = await open();
  const observer = loggingObserver(log, options.observer);
  const runtime = createRuntime(app, { ...options, observer, engine, environment: lambdaEnvironment() });
  await runtime.prepare();
  return { runtime: runtime as unknown as Runtime, engine, log, metrics };
}
