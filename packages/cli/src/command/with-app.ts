/** An application and its engine, as a module of the user's exports them, closed whatever happens. */
import { nodeEnvironment } from "@foldstream/node";
import { type App, createRuntime, type Runtime } from "foldstream";
import type { Engine } from "foldstream/port";
import { isEngine, loadModule } from "../engine/config-module.ts";
import { UsageError } from "../errors.ts";

export interface OpenApp {
  /** Not started: nothing runs. */
  readonly runtime: Runtime;
  readonly engine: Engine;
}

/** Where commands look that need an app, unless told otherwise. */
export const usualConfig = "./foldstream.config.ts";

export interface OpenAppOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether what the read models need is created where it is not there. Default true. */
  readonly prepare?: boolean;
}

/** Rejects with the reason of `signal` once that is aborted and the runtime has stopped. */
export async function withApp<Result>(
  path: string,
  { signal, prepare = true }: OpenAppOptions,
  use: (open: OpenApp) => Promise<Result>,
): Promise<Result> {
  const { app, engine } = await appOfModule(path);
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  const stop = () => void runtime.stop();
  signal?.addEventListener("abort", stop);
  try {
    if (prepare) await runtime.prepare();
    return await use({ runtime, engine });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", stop);
    await runtime.stop();
    await engine.close();
  }
}

async function appOfModule(path: string): Promise<{ readonly app: App; readonly engine: Engine }> {
  const { app, engine: exported } = await loadModule(path);
  const engine = typeof exported === "function" ? await exported() : exported;
  if (isApp(app) && isEngine(engine)) return { app, engine };
  if (isEngine(engine)) await engine.close();
  throw new UsageError(
    `${path} does not export both \`app\`, an application, and \`engine\`, an engine or a function that returns one. Export both.`,
  );
}

function isApp(value: unknown): value is App {
  const { aggregates, projections } = (value ?? {}) as Partial<App>;
  return Array.isArray(aggregates) && Array.isArray(projections);
}
