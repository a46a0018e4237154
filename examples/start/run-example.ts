/** One example, running: its app on its engine, with metrics, behind its site. */
import type { RunningEngines } from "@foldstream/example-engines";
import type { SiteOptions, SiteRuntime } from "@foldstream/example-pages";
import { errorLog, nodeEnvironment, prometheusMetrics } from "@foldstream/node";
import { type App, createRuntime, type Runtime } from "foldstream";

type Site = (runtime: SiteRuntime, options: SiteOptions) => (request: Request) => Promise<Response>;

export interface RunningExample<A extends App = App> {
  readonly app: A;
  readonly path: string;
  /** What its engine says of itself, if anything. */
  readonly engine: string | undefined;
  readonly runtime: Runtime<A>;
  readonly fetch: (request: Request) => Promise<Response>;
  stop(): Promise<void>;
}

export async function runExample<A extends App>(
  app: A,
  site: Site,
  engines: RunningEngines,
): Promise<RunningExample<A>> {
  const engine = await engines.open(app.name);
  const metrics = prometheusMetrics();
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment(), observer: metrics.observer });
  metrics.watch(runtime);
  await runtime.start();
  const path = `/${app.name}`;
  const description = await engine.describe?.();
  const fetch = site(runtime as unknown as SiteRuntime, {
    basePath: path,
    onError: errorLog(),
    metrics: metrics.expose,
  });
  return {
    app,
    path,
    engine: description,
    runtime,
    fetch,
    async stop() {
      await runtime.stop();
      await engine.close();
    },
  };
}
