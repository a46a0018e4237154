/** The command line of a replay: runs it on an engine, shows how it goes, and checks the outcome. */
import { setInterval as every } from "node:timers/promises";
import { startEngines } from "@foldstream/example-engines";
import type { SiteRuntime } from "@foldstream/example-pages";
import type { HttpOptions } from "@foldstream/http";
import { errorLog, nodeEnvironment, type RunningServer, serve } from "@foldstream/node";
import { type App, createRuntime, type Runtime } from "foldstream";
import { caughtUp, lagOf } from "./caught-up.ts";
import { type Comparison, isEqual } from "./check/compare.ts";
import { report } from "./check/report.ts";
import { type CommandLine, readCommandLine, usageOf } from "./command-line.ts";
import { catchUpBar, replayBar } from "./progress-bar.ts";
import { summary } from "./summary.ts";
import type { Tally } from "./tally.ts";

/** What a replay calls. */
type Commands = "execute" | "executeTogether";

export interface ReplayOptions<A extends App, C extends Commands = Commands>
  extends Partial<Pick<CommandLine, "limit" | "file">> {
  readonly runtime: Pick<Runtime<A>, C>;
  /** Commands that wait for their answer at the same time. */
  readonly concurrency?: number;
  /** Called now and then, and at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Stops after the commands that are on their way. */
  readonly signal?: AbortSignal;
}

export interface ReplayProgress {
  /** How many of what is replayed were asked for. */
  readonly total: number;
  /** How many were answered, one way or another. */
  readonly done: number;
  /** What became of those. */
  readonly tally: Tally;
}

export interface ReplayResult extends ReplayProgress {
  /** False when the signal stopped it: the next replay goes on from there. */
  readonly complete: boolean;
  /** Events that its commands, and those of replays before it that it repeated, have led to. */
  readonly events: number;
  /** What became of the commands that came first, such as opening airports. */
  readonly prepared: { readonly what: string; readonly tally: Tally };
}

export interface Replay<A extends App> {
  readonly app: A;
  /** What is replayed, in the plural. */
  readonly what: string;
  /** How many there are at most, when that is known without looking. */
  readonly all?: number;
  /** Commands in flight unless told otherwise. */
  readonly concurrency: number;
  /** What `--file` names, for replays that take one. */
  readonly file?: string;
  readonly site: (
    runtime: SiteRuntime,
    options: Pick<HttpOptions, "onError">,
  ) => (request: Request) => Promise<Response>;
  readonly replay: (options: ReplayOptions<A>) => Promise<ReplayResult>;
  /** Compares the read models with DuckDB's SQL over the source. */
  readonly check: (runtime: Runtime<A>, options: Pick<CommandLine, "limit" | "file">) => Promise<readonly Comparison[]>;
}

/** Large steps write each row once for many events; the default keeps steps short, for those who wait for commands. */
const eventsPerStep = 10_000;

/** What shells report for a process that Ctrl-C ended. */
const interrupted = 130;

/** Runs the replay that the arguments ask for, and sets the exit code. */
export async function replayCommand<A extends App>(replay: Replay<A>): Promise<void> {
  try {
    const options = readCommandLine(replay, process.argv.slice(2), process.env);
    if (options) process.exitCode = await new ReplayCommand(replay, options).run();
    else console.log(usageOf(replay));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

class ReplayCommand<A extends App> {
  readonly #replay: Replay<A>;
  readonly #options: CommandLine;
  readonly #stop = stopSignal();

  constructor(replay: Replay<A>, options: CommandLine) {
    this.#replay = replay;
    this.#options = options;
  }

  async run(): Promise<number> {
    const { app } = this.#replay;
    const engines = await startEngines(this.#options.engine, this.#options.data);
    const engine = await engines.open(app.name);
    const runtime = createRuntime(app, { engine, environment: nodeEnvironment(), settings: { eventsPerStep } });
    console.log(`Engine: ${engines.where}`);
    try {
      if (engine.describe) console.log(`        ${await engine.describe()}`);
      const server = this.#options.port === undefined ? undefined : await this.#servePage(runtime, this.#options.port);
      const code = await this.#runOn(runtime);
      if (server && !this.#stop.aborted) await stopped(this.#stop);
      await server?.close();
      return code;
    } finally {
      await runtime.stop();
      await engine.close();
      await engines.close();
    }
  }

  /** Someone watches, so the read models are kept up meanwhile. */
  async #servePage(runtime: Runtime<A>, port: number): Promise<RunningServer> {
    await runtime.start();
    const fetch = this.#replay.site(runtime as unknown as SiteRuntime, { onError: errorLog() });
    const server = await serve({ fetch, port });
    console.log(`Page: ${server.url}`);
    return server;
  }

  /** Commands first, then the read models in large steps: both are quickest so. With a page, they run side by side. */
  async #runOn(runtime: Runtime<A>): Promise<number> {
    await runtime.prepare();
    const began = performance.now();
    const result = await this.#replayWithBar(runtime);
    const replayedAt = performance.now();
    await runtime.start();
    const behind = await this.#catchUpWithBar(runtime, result.events);
    const pace = { replayMs: replayedAt - began, behind, catchUpMs: performance.now() - replayedAt };
    console.log(summary(this.#replay.what, result, pace));
    if (this.#stop.aborted) return interrupted;
    return this.#options.check ? this.#check(runtime) : 0;
  }

  async #replayWithBar(runtime: Runtime<A>): Promise<ReplayResult> {
    const { limit, file, concurrency = this.#replay.concurrency } = this.#options;
    const bar = replayBar();
    const watching = new AbortController();
    const watch = showLag(runtime, (lag) => bar.behind(lag), watching.signal);
    const onProgress = (progress: ReplayProgress) => bar.show(progress);
    try {
      return await this.#replay.replay({ runtime, limit, file, concurrency, signal: this.#stop, onProgress });
    } finally {
      watching.abort();
      await watch;
      bar.stop();
    }
  }

  /** Resolves with how many events there were to catch up on. */
  async #catchUpWithBar(runtime: Runtime<A>, events: number): Promise<number> {
    const bar = catchUpBar();
    const behind = await lagOf(runtime);
    await caughtUp(runtime, events, { onLag: (lag) => bar.show(lag), signal: this.#stop }).finally(() => bar.stop());
    return behind;
  }

  async #check(runtime: Runtime<A>): Promise<number> {
    console.log("\nComparing every read model with DuckDB's SQL over the source:");
    const comparisons = await this.#replay.check(runtime, this.#options);
    console.log(report(comparisons));
    if (isEqual(comparisons)) return 0;
    console.log("Different. If an earlier replay into this folder went further than --limit, check with its limit.");
    return 1;
  }
}

async function showLag(
  runtime: Pick<Runtime, "status">,
  onLag: (lag: number) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const _ of every(500, undefined, { signal })) onLag(await lagOf(runtime));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Fires on Ctrl-C or SIGTERM; a second one ends the process at once, and what was accepted is safe even then. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    console.log("\nStopping after the commands that are on their way.");
    controller.abort();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  return controller.signal;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
