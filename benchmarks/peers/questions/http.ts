/** A command over HTTP, from another process, over 64 connections. */
import { Hono } from "hono";
import type { LoadOrder, LoadReport } from "../../http/load.ts";
import { inOwnProcess } from "../../own-process.ts";
import { type OpenLibrary, payload } from "../library.ts";
import type { Measured, PeerQuestion } from "../question.ts";

const connections = 64;
const program = new URL("../../http/load.ts", import.meta.url);

export const http: PeerQuestion = {
  name: "http",
  about: `POST of a command on 1,000 counters, over ${connections} connections`,
  engines: ["sqlite", "postgres"],
  unit: "requests",
  run: (library, { seconds }) => loaded(library.fetch ?? routeOf(library), seconds),
  bare: {
    about: "a Hono route that parses and answers JSON, and stores nothing",
    run: (_, { seconds }) => loaded(emptyRoute(), seconds),
  },
};

type Fetch = (request: Request) => Response | Promise<Response>;

/** Libraries without HTTP of their own get the same server and the same framework. */
function routeOf(library: OpenLibrary): Fetch {
  const routes = new Hono();
  routes.post("/commands/counter/:id/Increment", async (context) => {
    const { by } = await context.req.json();
    await library.increment(context.req.param("id"));
    return context.json({ by });
  });
  return routes.fetch;
}

function emptyRoute(): Fetch {
  const routes = new Hono();
  routes.post("/commands/counter/:id/Increment", async (context) => {
    const { by } = await context.req.json();
    return context.json({ by });
  });
  return routes.fetch;
}

async function loaded(fetch: Fetch, seconds: number): Promise<Measured> {
  // Only here, so that no other process holds it in memory.
  const { serve } = await import("@foldstream/node");
  const server = await serve({ fetch, port: 0 });
  const order = {
    url: server.url,
    seconds: Math.max(1, Math.round(seconds)),
    connections,
    body: JSON.stringify(payload),
  };
  const report = await inOwnProcess<LoadOrder, LoadReport>(program, order);
  await server.close();
  const { answered, failed, latencies } = report;
  return { count: answered, seconds: report.seconds, latencies, failures: failed };
}
