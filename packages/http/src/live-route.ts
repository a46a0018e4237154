/** GET and POST /queries/:name/live */
import type { Query } from "foldstream";
import { failureOf } from "./failure.ts";
import { LiveAnswers, type LiveSource } from "./live-answers.ts";
import type { Host } from "./options.ts";
import { problemResponse } from "./problem.ts";
import { problemFrame } from "./problem-frame.ts";
import { type InputReader, questionOf } from "./query-route.ts";
import { refusedQuery } from "./refusal.ts";
import { report } from "./report.ts";
import type { Call } from "./route.ts";

const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };

/** What is wrong from the start is an ordinary problem; only an answer begins a stream. */
export function answerLive(inputOf: InputReader): (call: Call) => Promise<Response> {
  return async (call) => {
    const ask = await questionOf(call, inputOf);
    const first = await ask();
    if (!first.ok) return problemResponse(refusedQuery(first));
    if (call.request.method === "HEAD") return new Response(null, { headers });
    return new Response(streamOf(new LiveAnswers(sourceOf(call, ask), first), call), { headers });
  };
}

function sourceOf({ host, request, part }: Call, ask: LiveSource["ask"]): LiveSource {
  return {
    settings: host.live,
    ask,
    subscribe: (listener) => host.runtime.onProgress(projectionsOf(host, part("name")), listener),
    lastEventId: request.headers.get("last-event-id"),
  };
}

function projectionsOf({ runtime }: Host, name: string): readonly string[] {
  const query = runtime.app.queries.find((candidate: Query) => candidate.name === name);
  return query?.from.map((projection: { readonly name: string }) => projection.name) ?? [];
}

/** Pulled, so a slow reader gets the newest answer when it is ready for one, not a backlog. */
function streamOf(answers: LiveAnswers, call: Call): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const frame = await answers.next().catch((error: unknown) => lastFrame(answers, call, error));
        if (frame === undefined) controller.close();
        else controller.enqueue(encoder.encode(frame));
      },
      cancel: () => answers.close(),
    },
    { highWaterMark: 0 },
  );
}

/** After a failure the stream ends, and the client comes back when it likes. */
function lastFrame(answers: LiveAnswers, { host, request }: Call, error: unknown): string {
  answers.close();
  return problemFrame(report(host, failureOf(error), error, request, "/queries/:name/live"));
}
