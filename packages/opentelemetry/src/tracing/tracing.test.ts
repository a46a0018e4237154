import { httpHandler } from "@foldstream/http";
import { trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { app, createRuntime, policy, send } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { expect, it, onTestFinished, vi } from "vitest";
import { realEnvironment } from "../../../core/test/bank.ts";
import { counter, counters } from "../../../http/test/counters.ts";
import { recordedSpans } from "../../test/recorded.ts";
import { openTelemetry } from "../index.ts";

/** Counts what was counted, once. */
const counting = policy("counting", {
  from: [counter],
  on: {
    "counter.Incremented": ({ stream }) => (stream.id === "sum" ? [] : send(counter, "sum", "Increment", {})),
  },
});

const watched = app({ ...counters, policies: [counting] });

async function started() {
  const { tracer, spans, all } = recordedSpans();
  const { observer, tracing, traced } = openTelemetry({ tracer });
  const engine = traced(memoryEngine());
  const runtime = createRuntime(watched, { engine, environment: realEnvironment, observer, tracing });
  await runtime.start();
  onTestFinished(() => runtime.stop());
  const named = (name: string, count = 1) =>
    vi.waitFor(() => {
      expect(spans(name)).toHaveLength(count);
      return spans(name) as [ReadableSpan, ...ReadableSpan[]];
    }, 30_000);
  return { runtime, tracer, named, spans, all };
}

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** As a `traceparent` names it. */
function placeOf(span: ReadableSpan): string {
  const context = span.spanContext();
  return `00-${context.traceId}-${context.spanId}-01`;
}

function isIn({ parentSpanContext: parent }: ReadableSpan, place: string): boolean {
  return parent !== undefined && place === `00-${parent.traceId}-${parent.spanId}-01`;
}

const linked = ({ links }: ReadableSpan) => links.map(({ context }) => context.spanId);

it("follows a command of a request through its append, the read model and the command of a policy", async () => {
  const { runtime, named, spans } = await started();
  const headers = { "content-type": "application/json", traceparent };
  const url = "http://test/commands/counter/a/Increment";

  await httpHandler(runtime)(new Request(url, { method: "POST", headers, body: "{}" }));

  const commands = await named("counter.Increment", 2);
  const [first, second] = commands.toSorted((one) => (isIn(one, traceparent) ? -1 : 1)) as [ReadableSpan, ReadableSpan];
  expect(isIn(first, traceparent)).toBe(true);
  expect(isIn(second, placeOf(first))).toBe(true);
  expect(first.attributes).toEqual({ "foldstream.commands": ["counter.Increment"], "foldstream.outcome": "accepted" });
  const appends = await named("append", 2);
  expect(appends.some((append) => isIn(append, placeOf(first)))).toBe(true);
  expect(appends[0].attributes).toEqual({
    "foldstream.streams": 1,
    "foldstream.events": 1,
    "foldstream.result": "ok",
  });
  await vi.waitFor(() => expect(spans("step totals").flatMap(linked)).toHaveLength(2), 30_000);
  const [step] = spans("step totals") as [ReadableSpan];
  expect(spans("step totals").flatMap(linked)).toEqual([first, second].map((span) => span.spanContext().spanId));
  expect(step.attributes).toMatchObject({ "foldstream.consumer": "totals", "foldstream.rows": step.links.length });
});

it("links an append to all commands that share it", async () => {
  const { runtime, named } = await started();

  const outcomes = [1, 2, 3].map(() => runtime.execute(counter, "sum", "Increment", {}));
  await Promise.all(outcomes);

  const commands = await named("counter.Increment", 3);
  const [append] = await named("append");
  expect(append.parentSpanContext).toBeUndefined();
  expect(linked(append)).toEqual(commands.map((span) => span.spanContext().spanId));
});

it("puts a command within the span that is active, if that belongs to the same trace", async () => {
  const { runtime, tracer, named } = await started();

  const active = await tracer.startActiveSpan("caller", async (span) => {
    await runtime.execute(counter, "sum", "Increment", {});
    await runtime.execute(counter, "sum", "Increment", {}, { traceparent });
    span.end();
    return span.spanContext();
  });

  const [own, remote] = await named("counter.Increment", 2);
  expect(own.parentSpanContext).toMatchObject({ spanId: active.spanId });
  expect(isIn(remote as ReadableSpan, traceparent)).toBe(true);
});

it("tells refusals from failures, and repeats neither messages nor ids", async () => {
  const { runtime, named, all } = await started();

  await runtime.execute(counter, "secret-id", "Decrement", { by: 1 });
  await expect(runtime.execute(counter, "secret-id", "Explode", {})).rejects.toThrow("secret of the house");
  await runtime.executeTogether([
    { aggregate: "counter", id: "secret-id", command: "Increment", data: {} },
    { aggregate: "counter", id: "secret-id", command: "Decrement", data: { by: 5 } },
  ]);

  const [refused] = await named("counter.Decrement");
  expect(refused).toMatchObject({ attributes: { "foldstream.outcome": "rejected" }, status: { code: 0 } });
  const [failed] = await named("counter.Explode");
  expect(failed).toMatchObject({ attributes: { "error.type": "Error" }, status: { code: 2 }, events: [] });
  const [together] = await named("commands");
  expect(together.attributes).toEqual({
    "foldstream.commands": ["counter.Increment", "counter.Decrement"],
    "foldstream.outcome": "rejected",
  });
  const told = all().map(({ name, attributes, status, events }) => ({ name, attributes, status, events }));
  expect(JSON.stringify(told)).not.toContain("secret");
});

it("keeps the trace of the request in the log where nobody records spans", async () => {
  const { tracing } = openTelemetry({ tracer: trace.getTracer("nobody") });
  const runtime = createRuntime(counters, { engine: memoryEngine(), environment: realEnvironment, tracing });

  await runtime.execute(counter, "a", "Increment", {}, { traceparent });

  const { events } = await runtime.readStream("counter", "a");
  expect(events.map(({ metadata }) => metadata.traceparent)).toEqual([traceparent]);
});
