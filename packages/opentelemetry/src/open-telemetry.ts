/** Puts together what OpenTelemetry wants to know of an application. */
import { type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";
import type { Runtime, RuntimeObserver, Tracing } from "foldstream";
import type { Engine } from "foldstream/port";
import { runtimeInstruments } from "./metrics/runtime-instruments.ts";
import { watchStatus } from "./metrics/status-gauges.ts";
import { withAppendSpans } from "./tracing/append-spans.ts";
import { commandSpans } from "./tracing/command-spans.ts";
import { stepSpans } from "./tracing/step-spans.ts";

const scope = "@foldstream/opentelemetry";

export interface OpenTelemetryOptions {
  /** Default: of the global meter provider. */
  readonly meter?: Meter;
  /** Default: of the global tracer provider. */
  readonly tracer?: Tracer;
}

export interface OpenTelemetry {
  /** For `createRuntime`: counters, durations, and a span for each step of a projection or policy. */
  readonly observer: RuntimeObserver;
  /** For `createRuntime`: a span for each command, within the active one or the one of its `traceparent`. */
  readonly tracing: Tracing;
  /** The engine, with a span for each append. */
  traced(engine: Engine): Engine;
  /** Adds gauges of how projections and policies do, read from `status()` whenever metrics are collected. Returns how to stop. */
  watch(runtime: Pick<Runtime, "status">): () => void;
}

/** Attributes are names that the app declares: never data, and no ids, since those of streams may name people. */
export function openTelemetry(options: OpenTelemetryOptions = {}): OpenTelemetry {
  const { meter = metrics.getMeter(scope), tracer = trace.getTracer(scope) } = options;
  const counted = runtimeInstruments(meter);
  const spanned = stepSpans(tracer);
  return {
    observer: {
      ...counted,
      step(observed) {
        counted.step(observed);
        spanned(observed);
      },
    },
    tracing: commandSpans(tracer),
    traced: (engine) => withAppendSpans(engine, tracer),
    watch: (runtime) => watchStatus(meter, runtime),
  };
}
