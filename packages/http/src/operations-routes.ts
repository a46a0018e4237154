/** Health, status and metrics: for those who run the app. None of them starts work. */
import { StoppedError } from "foldstream";
import { RefusedRequest } from "./problem.ts";
import type { Call } from "./route.ts";

const uncached = { "content-type": "application/json", "cache-control": "no-store" };

/** The process answers. Says nothing about the store, so that an outage there does not get every process restarted. */
export async function answerAlive(): Promise<Response> {
  return new Response('{"status":"alive"}', { headers: uncached });
}

/** The store answers, so that requests make sense. Read models that lag or fail do not count: queries say so themselves. */
export async function answerReady({ host }: Call): Promise<Response> {
  const { accepting } = await host.runtime.status();
  if (!accepting) throw new StoppedError("The runtime");
  return new Response('{"status":"ready"}', { headers: uncached });
}

export async function answerStatus({ host }: Call): Promise<Response> {
  return new Response(JSON.stringify(await host.runtime.status()), { headers: uncached });
}

export async function answerMetrics({ host }: Call): Promise<Response> {
  const metrics = await host.options.metrics?.();
  if (!metrics) throw new RefusedRequest("unknown-route", "This host exposes no metrics.");
  return new Response(metrics.body, { headers: { "content-type": metrics.contentType, "cache-control": "no-store" } });
}
