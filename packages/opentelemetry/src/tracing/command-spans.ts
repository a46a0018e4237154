/** A span for each command, whose events say that they came to be in it. */
import { type Context, context, ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { TracedCommand, Tracing } from "foldstream";
import { spanContextOf, traceparentOf } from "./trace-context.ts";

type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason?: string };

export function commandSpans(tracer: Tracer): Tracing {
  return {
    command: (commands, traceparent, run) =>
      tracer.startActiveSpan(
        nameOf(commands),
        { attributes: { "foldstream.commands": commands.map(fullName) } },
        parentOf(traceparent),
        async (span) => {
          try {
            const outcome = await run(traceparentOf(span) ?? traceparent);
            span.setAttribute("foldstream.outcome", outcomeOf(outcome));
            return outcome;
          } catch (error) {
            fail(span, error);
            throw error;
          } finally {
            span.end();
          }
        },
      ),
  };
}

/** What is active here is nearer than what a caller far away was doing, if it belongs to the same trace. */
function parentOf(traceparent: string | undefined): Context {
  const active = context.active();
  const remote = traceparent === undefined ? undefined : spanContextOf(traceparent);
  if (!remote || trace.getSpanContext(active)?.traceId === remote.traceId) return active;
  return trace.setSpanContext(ROOT_CONTEXT, remote);
}

function nameOf(commands: readonly TracedCommand[]): string {
  const [first] = commands;
  return commands.length === 1 && first ? fullName(first) : "commands";
}

function fullName({ aggregate, command }: TracedCommand): string {
  return `${aggregate}.${command}`;
}

function outcomeOf(outcome: Outcome & { readonly refused?: { readonly reason: string } }): string {
  if (outcome.ok) return "accepted";
  return outcome.refused?.reason ?? outcome.reason ?? "refused";
}

/** Messages of errors may hold what nobody should read in a trace. */
function fail(span: Span, error: unknown): void {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  const type = typeof code === "string" ? code : typeof name === "string" ? name : "error";
  span.setAttributes({ "foldstream.outcome": "failed", "error.type": type });
  span.setStatus({ code: SpanStatusCode.ERROR });
}
