/** W3C Trace Context: places of spans as the log keeps them. */
import { isSpanContextValid, type Link, type Span, type SpanContext } from "@opentelemetry/api";

const format = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The span that a `traceparent` names; nothing for text that names none. */
export function spanContextOf(traceparent: string): SpanContext | undefined {
  const [, traceId = "", spanId = "", flags = "0"] = format.exec(traceparent) ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

/** Nothing for a span that nobody records, so that what came from outside is kept. */
export function traceparentOf(span: Span): string | undefined {
  const context = span.spanContext();
  if (!isSpanContextValid(context)) return undefined;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, "0")}`;
}

/** More links than this say no more. */
const mostLinks = 128;

export function linksTo(traceparents: readonly string[]): Link[] {
  return traceparents.slice(0, mostLinks).flatMap((traceparent) => {
    const context = spanContextOf(traceparent);
    return context ? [{ context }] : [];
  });
}
