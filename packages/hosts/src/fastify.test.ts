import fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { hostSuite } from "../test/host-suite.ts";
import { foldstream } from "./fastify.ts";
import type { FetchHandler } from "./fetch-handler.ts";

function serverWith(handle: FetchHandler, options = {}) {
  const server = fastify({ forceCloseConnections: true, ...options });
  server.register(foldstream, { prefix: "/api", fetch: handle });
  return server;
}

describe("on Fastify", () => {
  hostSuite(async (handle) => {
    const server = serverWith(handle);
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    return { url, close: () => server.close() };
  });

  it("leaves parsers of bodies outside its prefix alone", async () => {
    const server = serverWith(() => new Response("app"));
    onTestFinished(() => server.close());
    server.post("/other", async ({ body }) => body);

    const answer = await server.inject({ method: "POST", url: "/other", payload: { by: 1 } });

    expect(answer.json()).toEqual({ by: 1 });
  });

  it("runs the server's hooks, and keeps to its limit on bodies", async () => {
    const statuses: number[] = [];
    const server = serverWith(() => new Response("app"), { bodyLimit: 10 });
    onTestFinished(() => server.close());
    server.addHook("onResponse", async (_, { statusCode }) => void statuses.push(statusCode));

    await server.inject({ method: "GET", url: "/api/x" });
    await server.inject({ method: "POST", url: "/api/x", payload: { text: "more than ten bytes" } });

    expect(statuses).toEqual([200, 413]);
  });

  it("leaves nothing on a connection that serves many requests", async () => {
    const listeners: number[] = [];
    const server = serverWith(() => new Response("app"));
    onTestFinished(() => server.close());
    server.addHook("onResponse", async ({ raw }) => void listeners.push(raw.socket.listenerCount("close")));
    const url = await server.listen({ port: 0, host: "127.0.0.1" });

    for (let request = 0; request < 5; request++) await (await fetch(`${url}/api/x`)).text();

    expect(Math.max(...listeners)).toBe(listeners[0]);
  });

  it("tells the app when a client has gone", async () => {
    const gone = Promise.withResolvers<void>();
    const server = serverWith(
      ({ signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => gone.resolve());
          leaving.abort();
        }),
    );
    onTestFinished(() => server.close());
    const leaving = new AbortController();
    const url = await server.listen({ port: 0, host: "127.0.0.1" });

    await fetch(`${url}/api/x`, { signal: leaving.signal }).catch(() => undefined);

    await gone.promise;
  });
});
