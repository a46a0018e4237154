/** What does the HTTP layer cost, beside a bare route on the same server that parses and answers JSON? */
import { join } from "node:path";
import { app } from "@foldstream/example-counter";
import { type HostedRuntime, httpHandler } from "@foldstream/http";
import { nodeEnvironment, serve } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import type { Engine } from "foldstream/port";
import { Hono } from "hono";
import { inOwnProcess } from "../own-process.ts";
import type { Question, Run, Subject } from "../question.ts";
import type { LoadOrder, LoadReport } from "./load.ts";

const connections = 64;

export const http: Question = {
  name: "http",
  about: `POST of a command over ${connections} connections from another process, beside a bare Hono route`,
  engines: ["sqlite"],
  subjects: ({ scale }) => {
    const seconds = Math.max(1, Math.round(5 * scale));
    const bare = "bare: a Hono route that parses and answers JSON";
    return [
      { name: bare, bare, run: () => bareRoute(seconds) },
      {
        name: "commands on 1,000 counters, SQLite",
        bare,
        run: (folder) => commands(sqliteEngine({ path: join(folder, "http.db") }), seconds),
      },
      { name: "commands on 1,000 counters, in memory", bare, run: () => commands(memoryEngine(), seconds) },
    ] satisfies Subject[];
  },
};

async function bareRoute(seconds: number): Promise<Run> {
  const route = new Hono();
  route.post("/commands/:aggregate/:id/:command", async (context) => {
    const { by } = await context.req.json();
    return context.json({ commandId: context.req.header("idempotency-key"), version: by, replayed: false });
  });
  return loaded(route.fetch, seconds);
}

async function commands(engine: Engine, seconds: number): Promise<Run> {
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  const run = await loaded(httpHandler(runtime as unknown as HostedRuntime), seconds);
  const events = await Promise.all(
    (await engine.eventFeed.partitions()).map((partition) => engine.eventFeed.head(partition)),
  );
  await runtime.stop();
  await engine.close();
  const appended = events.reduce((sum, head) => sum + head, 0);
  // The load stops in the middle of requests, so some of the last ones were executed without their answer being counted.
  return { ...run, exact: appended >= run.count && appended <= run.count + connections };
}

async function loaded(fetch: (request: Request) => Response | Promise<Response>, seconds: number): Promise<Run> {
  const server = await serve({ fetch, port: 0 });
  const before = process.cpuUsage();
  const order = { url: server.url, seconds, connections, body: '{"by":1}' };
  const report = await inOwnProcess<LoadOrder, LoadReport>(new URL("load.ts", import.meta.url), order);
  const { user, system } = process.cpuUsage(before);
  await server.close();
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.answered} requests failed`);
  const { answered: count, seconds: taken, latencies } = report;
  return { count, seconds: taken, latencies, cpuSeconds: (user + system) / 1e6 };
}
