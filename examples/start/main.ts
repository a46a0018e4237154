/** `npm start`: all examples in one process, on one engine. */
import { app as counter, counterSite } from "@foldstream/example-counter";
import { type RunningEngines, startEngines } from "@foldstream/example-engines";
import { app as flights, flightsSite, replay as replayDepartures } from "@foldstream/example-flights";
import { replay as replayInvoices, app as shop, shopSite } from "@foldstream/example-shop";
import { runUntilSignal, serve } from "@foldstream/node";
import { Hono } from "hono";
import { backgroundReplay } from "./background-replay.ts";
import { banner } from "./banner.ts";
import { indexPage } from "./index-page.ts";
import { readOptions, type StartOptions, UsageError, usage } from "./options.ts";
import { type RunningExample, runExample } from "./run-example.ts";

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options) await start(options);
  else console.log(usage);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function start({ engine, port, data, flights: departures, invoices }: StartOptions): Promise<void> {
  const engines = await startEngines(engine, data);
  const examples: RunningExample[] = [];
  const stopAll = async () => {
    await Promise.all(examples.map((example) => example.stop()));
    await engines.close();
  };
  try {
    const counting = await runExample(counter, counterSite, engines);
    examples.push(counting as unknown as RunningExample);
    const flying = await runExample(flights, flightsSite, engines);
    examples.push(flying as unknown as RunningExample);
    const selling = await runExample(shop, shopSite, engines);
    examples.push(selling as unknown as RunningExample);
    const server = await serve({ fetch: siteOf(examples, engines), port });
    console.log(banner(`http://localhost:${server.port}`, engines, examples));
    const replays = [
      backgroundReplay(
        { ...flying, name: "Flights", what: "departures", limit: departures, replay: replayDepartures },
        console.log,
      ),
      backgroundReplay(
        { ...selling, name: "Shop", what: "invoices", limit: invoices, replay: replayInvoices },
        console.log,
      ),
    ];
    await runUntilSignal(async () => {
      console.log("Stopping: finishing what was accepted.");
      await server.close();
      await Promise.all(replays.map((replay) => replay.stop()));
    });
  } finally {
    await stopAll();
  }
}

function siteOf(
  examples: readonly RunningExample[],
  engines: RunningEngines,
): (request: Request) => Response | Promise<Response> {
  const site = new Hono();
  site.get("/", (context) => context.html(indexPage(examples, engines)));
  for (const { path, fetch } of examples) {
    site.all(path, ({ req }) => fetch(req.raw));
    site.all(`${path}/*`, ({ req }) => fetch(req.raw));
  }
  return site.fetch;
}
