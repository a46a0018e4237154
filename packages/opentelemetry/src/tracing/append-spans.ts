/** A span for each append: within the one command that it is for, or linked to all that share it. */
import { type Context, ROOT_CONTEXT, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { AppendResult, Engine, EventStore, StreamWrite } from "foldstream/port";
import { linksTo, spanContextOf } from "./trace-context.ts";

export function withAppendSpans(engine: Engine, tracer: Tracer): Engine {
  const store = engine.eventStore;
  const eventStore: EventStore = {
    capabilities: store.capabilities,
    append: (writes) => appended(tracer, writes, () => store.append(writes)),
    read: (stream, options) => store.read(stream, options),
    receipts: (stream, commandIds) => store.receipts(stream, commandIds),
    listReceipts: (options) => store.listReceipts(options),
    readSnapshot: (stream) => store.readSnapshot(stream),
    writeSnapshot: (stream, snapshot) => store.writeSnapshot(stream, snapshot),
  };
  return { ...engine, eventStore };
}

async function appended(
  tracer: Tracer,
  writes: readonly StreamWrite[],
  append: () => Promise<AppendResult>,
): Promise<AppendResult> {
  const events = writes.flatMap((write) => write.events);
  const traceparents = [...new Set(events.flatMap(({ metadata }) => metadata.traceparent ?? []))];
  const attributes = { "foldstream.streams": writes.length, "foldstream.events": events.length };
  const alone = traceparents.length === 1 ? spanContextOf(traceparents[0] as string) : undefined;
  const links = alone ? [] : linksTo(traceparents);
  const parent: Context = alone ? trace.setSpanContext(ROOT_CONTEXT, alone) : ROOT_CONTEXT;
  const span = tracer.startSpan("append", { attributes, links }, parent);
  try {
    const result = await append();
    span.setAttribute("foldstream.result", result.ok ? "ok" : result.reason);
    return result;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
