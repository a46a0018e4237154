/** `npm run flights`: replays the departures, shows how it goes, and checks the outcome. */
import { setInterval as every } from "node:timers/promises";
import { startEngines } from "@foldstream/example-engines";
import { errorLog, nodeEnvironment, type RunningServer, serve } from "@foldstream/node";
import { createRuntime, type Runtime } from "foldstream";
import { app } from "./app.ts";
import { check, isEqual } from "./check/check.ts";
import { report } from "./check/report.ts";
import { caughtUp, eventsOf, lagOf } from "./replay/caught-up.ts";
import { type CommandLine, readCommandLine, usage } from "./replay/command-line.ts";
import { catchUpBar, replayBar } from "./replay/progress-bar.ts";
import { type ReplayResult, replay } from "./replay/replay-departures.ts";
import { summary } from "./replay/summary.ts";
import { flightsSite } from "./site.ts";

type Flights = Runtime<typeof app>;

/** Large steps write each row once for many events; the default keeps steps short, for those who wait for commands. */
const eventsPerStep = 10_000;
/** What shells report for a process that Ctrl-C ended. */
const interrupted = 130;

try {
  const options = readCommandLine(process.argv.slice(2), process.env);
  if (options) process.exitCode = await main(options);
  else console.log(usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(options: CommandLine): Promise<number> {
  const stop = stopSignal();
  const engines = await startEngines(options.engine, options.data);
  const engine = await engines.open(app.name);
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment(), settings: { eventsPerStep } });
  console.log(`Engine: ${engines.where}`);
  try {
    const server = options.port === undefined ? undefined : await servePage(runtime, options.port);
    const code = await run(runtime, options, stop);
    if (server && !stop.aborted) await stopped(stop);
    await server?.close();
    return code;
  } finally {
    await runtime.stop();
    await engine.close();
    await engines.close();
  }
}

/** Someone watches, so the read models are kept up meanwhile. */
async function servePage(runtime: Flights, port: number): Promise<RunningServer> {
  await runtime.start();
  const server = await serve({ fetch: flightsSite(runtime, { onError: errorLog() }), port });
  console.log(`Page: ${server.url}`);
  return server;
}

/** Commands first, then the read models in large steps: both are quickest so. With a page, they run side by side. */
async function run(runtime: Flights, options: CommandLine, stop: AbortSignal): Promise<number> {
  await runtime.prepare();
  const began = performance.now();
  const result = await replayWithBar(runtime, options, stop);
  const replayedAt = performance.now();
  await runtime.start();
  const behind = await catchUpWithBar(runtime, eventsOf(result), stop);
  console.log(summary(result, { replayMs: replayedAt - began, behind, catchUpMs: performance.now() - replayedAt }));
  if (stop.aborted) return interrupted;
  return options.check ? checked(runtime, options.limit) : 0;
}

async function replayWithBar(
  runtime: Flights,
  { limit, concurrency }: CommandLine,
  signal: AbortSignal,
): Promise<ReplayResult> {
  const bar = replayBar(limit);
  const watching = new AbortController();
  const watch = showLag(runtime, (lag) => bar.behind(lag), watching.signal);
  try {
    return await replay({ runtime, limit, concurrency, signal, onProgress: (progress) => bar.show(progress) });
  } finally {
    watching.abort();
    await watch;
    bar.stop();
  }
}

async function showLag(runtime: Flights, onLag: (lag: number) => void, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of every(500, undefined, { signal })) onLag(await lagOf(runtime));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Resolves with how many events there were to catch up on. */
async function catchUpWithBar(runtime: Flights, events: number, signal: AbortSignal): Promise<number> {
  const bar = catchUpBar();
  const behind = await lagOf(runtime);
  await caughtUp(runtime, events, { onLag: (lag) => bar.show(lag), signal }).finally(() => bar.stop());
  return behind;
}

async function checked(runtime: Flights, limit: number): Promise<number> {
  console.log("\nComparing every read model with DuckDB's SQL over the source:");
  const comparisons = await check(runtime, limit);
  console.log(report(comparisons));
  if (isEqual(comparisons)) return 0;
  console.log("Different. If an earlier replay into this folder went further than --limit, check with its limit.");
  return 1;
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
