/** A span for each step of a projection or policy, linked to the commands whose events it took in. */
import { ROOT_CONTEXT, type Tracer } from "@opentelemetry/api";
import type { RuntimeObserver } from "foldstream";
import { linksTo } from "./trace-context.ts";

/** The step is over when it is told, so the span begins in the past. */
export function stepSpans(tracer: Tracer): NonNullable<RuntimeObserver["step"]> {
  return ({ projection, events, rows, ms, traceparents }) => {
    const attributes = { "foldstream.consumer": projection, "foldstream.events": events, "foldstream.rows": rows };
    const endTime = Date.now();
    const options = { attributes, links: linksTo(traceparents()), startTime: endTime - ms };
    tracer.startSpan(`step ${projection}`, options, ROOT_CONTEXT).end(endTime);
  };
}
