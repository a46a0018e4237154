import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isPortTakenError, type RunningServer, type ServeOptions, serve } from "./index.ts";

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function served(options: ServeOptions) {
  const server = await serve({ port: 0, ...options });
  servers.push(server);
  return server;
}

/** A handler whose answer the test lets go. */
function gated() {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const handler = async () => {
    arrived.resolve();
    await gate.promise;
    return new Response("done");
  };
  return { handler, arrived: arrived.promise, open: () => gate.resolve() };
}

describe("serve", () => {
  it("answers on any free port, on this machine only", async () => {
    const { url, port } = await served({ fetch: (request) => new Response(new URL(request.url).pathname) });

    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(`${url}/where`)).text()).toBe("/where");
  });

  it("names a taken port and the way out", async () => {
    const { port } = await served({ fetch: () => new Response() });

    const error = await serve({ fetch: () => new Response(), port }).catch((thrown: unknown) => thrown);

    expect(isPortTakenError(error) && error.code).toBe("port-taken");
    expect(String(error)).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(String(error)).toContain(`--port ${port + 1}`);
  });

  it("passes other errors of listening on", async () => {
    await expect(serve({ fetch: () => new Response(), port: 0, host: "203.0.113.1" })).rejects.toMatchObject({
      code: "EADDRNOTAVAIL",
    });
  });

  it("G10 finishes what is in flight when it closes, and takes nothing new", async () => {
    const { handler, arrived, open } = gated();
    const server = await served({ fetch: handler });
    const inFlight = fetch(server.url);
    await arrived;

    const closing = server.close();
    await expect(fetch(server.url, { headers: { connection: "close" } })).rejects.toThrow();
    open();

    expect(await (await inFlight).text()).toBe("done");
    await closing;
    await server.close();
  });

  it("cuts off what takes longer than its grace", async () => {
    const { handler, arrived } = gated();
    const server = await served({ fetch: handler, graceMs: 20 });
    const inFlight = fetch(server.url).catch(() => "cut off");
    await arrived;

    await server.close();

    expect(await inFlight).toBe("cut off");
  });

  it("does not wait for connections that were opened ahead", async () => {
    const server = await served({ fetch: () => new Response(), graceMs: 60_000 });
    const unused = connect(server.port, "127.0.0.1");
    const gone = once(unused, "close");
    await once(unused, "connect");
    await (await fetch(server.url)).text();

    await server.close();

    await gone;
  });

  it("ends event streams at once when it closes", async () => {
    let cancelled = false;
    const stream = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
        cancel: () => {
          cancelled = true;
        },
      });
    const server = await served({
      fetch: () => new Response(stream(), { headers: { "content-type": "text/event-stream" } }),
    });
    const response = await fetch(server.url, { headers: { accept: "text/event-stream" } });

    await server.close();

    expect(await response.text()).toBe("data: 1\n\n");
    expect(cancelled).toBe(true);
  });
});
