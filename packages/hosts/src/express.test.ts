import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { describe, expect, it } from "vitest";
import { hostSuite } from "../test/host-suite.ts";
import { foldstream } from "./express.ts";

async function listening(server: Express) {
  const listener = server.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const close = async () => {
    listener.closeAllConnections();
    await new Promise((closed) => listener.close(closed));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

describe("on Express", () => {
  hostSuite((handle) => listening(express().use("/api", foldstream(handle))));

  it("leaves other routes, and the globals of the process, alone", async () => {
    const { Request: before } = globalThis;
    const server = express().use(
      "/api",
      foldstream(() => new Response("app")),
    );
    const { url, close } = await listening(server.get("/other", (_, response) => void response.send("other")));

    expect(await (await fetch(`${url}/other`)).text()).toBe("other");
    expect(await (await fetch(`${url}/api/x`)).text()).toBe("app");
    expect(globalThis.Request).toBe(before);
    await close();
  });

  it("says so when a parser has read the body before it", async () => {
    const server = express()
      .use(express.json())
      .use(
        "/api",
        foldstream(() => new Response("app")),
      )
      .use(
        ((error, _request, response, _next) =>
          void response.status(500).send(error.message)) as express.ErrorRequestHandler,
      );
    const { url, close } = await listening(server);

    const answer = await fetch(`${url}/api/x?secret=1`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });

    expect(await answer.text()).toBe(
      "The body of the request to /api/x was read before Foldstream got it. Mount Foldstream before express.json() and its like.",
    );
    await close();
  });
});
