/** A Foldstream app as a Cloudflare Worker. */
import { type HttpOptions, httpHandler } from "@foldstream/http";
import { type App, createRuntime, type Runtime } from "foldstream";
import type { Engine } from "foldstream/port";
import { workerEnvironment } from "./worker-environment.ts";

export interface WorkerOptions<Env> extends HttpOptions {
  /** Opens the engine, once for each isolate. Projections and policies run elsewhere: a Worker lives as long as its request. */
  readonly engine: (env: Env) => Engine | Promise<Engine>;
}

/** What a Worker's module exports by default. */
export interface WorkerEntry<Env> {
  fetch(request: Request, env: Env, context: { waitUntil(promise: Promise<unknown>): void }): Promise<Response>;
}

/**
 * Answers each request with a runtime of its own: work of one request must not wait for that of another, which ends when its client goes
 * away. So commands for one stream do not share an append here, and clients retry conflicts.
 */
export function foldstream<Env>(app: App, { engine: open, ...http }: WorkerOptions<Env>): WorkerEntry<Env> {
  let engine: Engine | undefined;
  return {
    async fetch(request, env, context) {
      // Kept once it is open, and not before: nobody may wait for what another request has begun.
      engine ??= await open(env);
      const runtime = createRuntime(app, { engine, environment: workerEnvironment() });
      const response = await httpHandler(preparedOnAsking(runtime), http)(request);
      const goesOn = response.headers.get("content-type")?.startsWith("text/event-stream");
      if (!goesOn) context.waitUntil(runtime.stop());
      return response;
    },
  };
}

/** Commands need no read models, so only queries pay for preparing them. */
function preparedOnAsking(runtime: Runtime) {
  let prepared: Promise<void> | undefined;
  const { app, dispatch, executeTogether, readStream, onProgress, status } = runtime;
  const ask: Runtime["ask"] = async (...question) => {
    prepared ??= runtime.prepare();
    await prepared;
    return runtime.ask(...question);
  };
  return { app, dispatch, executeTogether, readStream, onProgress, status, ask };
}
