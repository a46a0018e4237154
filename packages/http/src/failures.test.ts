import { StoreFailureError } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import type { Engine } from "foldstream/port";
import { describe, expect, it, vi } from "vitest";
import { hosted } from "../test/counters.ts";

function withAppend(append: Engine["eventStore"]["append"]): Engine {
  const engine = memoryEngine();
  return { ...engine, eventStore: { ...engine.eventStore, append } };
}

describe("a failure on the server", () => {
  it("is a 500 whose id is all that client and operator share", async () => {
    const onError = vi.fn();
    const { post } = hosted({ onError });

    const response = await post("/commands/counter/a/Explode", {});

    const body = await response.json();
    expect(response.status).toBe(500);
    expect(JSON.stringify(body)).not.toContain("secret");
    expect(body).toMatchObject({ code: "unexpected", instance: expect.stringMatching(/^urn:uuid:/) });
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: "secret of the house" }), {
      instance: body.instance,
      method: "POST",
      route: "/commands/:aggregate/:id/:command",
      request: expect.any(Request),
    });
  });

  it("is a 503 with Retry-After when the store is at fault", async () => {
    const onError = vi.fn();
    const engine = withAppend(() => Promise.reject(new StoreFailureError("disk full at /var/secret")));
    const { increment } = hosted({ onError }, engine);

    const response = await increment("a", {}, { "idempotency-key": "k" });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.text()).not.toContain("secret");
    expect(onError).toHaveBeenCalledOnce();
  });

  it("is a 503 once the runtime has stopped, which is no error to report", async () => {
    const onError = vi.fn();
    const { increment, get, runtime } = hosted({ onError });
    await runtime.stop();

    expect(await (await increment("a")).json()).toMatchObject({ status: 503, code: "stopped", retryAfter: 1 });
    expect((await get("/queries/whoami")).status).toBe(503);
    expect(onError).not.toHaveBeenCalled();
  });

  it("ends a request that takes too long, and the command under its key is still executed once", async () => {
    const engine = memoryEngine();
    const gate = Promise.withResolvers<void>();
    const slow = withAppend(async (writes) => {
      await gate.promise;
      return engine.eventStore.append(writes);
    });
    const { increment } = hosted(
      { requestTimeoutMs: 20 },
      { ...slow, eventStore: { ...engine.eventStore, append: slow.eventStore.append } },
    );

    const late = await increment("a", {}, { "idempotency-key": "k" });
    gate.resolve();
    const retry = await vi.waitFor(async () => {
      const response = await increment("a", {}, { "idempotency-key": "k" });
      expect(response.status).toBe(200);
      return response.json();
    });

    expect(await late.json()).toMatchObject({ status: 503, code: "timed-out", retryAfter: 1 });
    expect(retry).toMatchObject({ version: 1, replayed: true });
  });
});

describe("authentication", () => {
  const authenticate = (request: Request) =>
    request.headers.get("authorization") === "Bearer yes" ? { id: "ann" } : undefined;

  it("refuses with 401 and a challenge before anything is looked at", async () => {
    const { increment, get, engine } = hosted({
      authenticate,
      metrics: async () => ({ contentType: "text/plain", body: "" }),
    });

    const response = await increment("a");

    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await engine.eventFeed.head("0")).toBe(0);
    for (const path of [
      "/queries/whoami",
      "/queries/whoami/live",
      "/streams/counter/a",
      "/status",
      "/metrics",
      "/openapi.json",
    ]) {
      expect((await get(path)).status, path).toBe(401);
    }
  });

  it("lets health probes pass, and tells queries who asks", async () => {
    const { get } = hosted({ authenticate });

    expect((await get("/livez")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(200);
    expect(await (await get("/queries/whoami", { authorization: "Bearer yes" })).json()).toBe("ann");
  });

  it("that fails itself is a 500", async () => {
    const onError = vi.fn();
    const { get } = hosted({ onError, authenticate: () => Promise.reject(new Error("identity provider down")) });

    expect((await get("/status")).status).toBe(500);
    expect(onError).toHaveBeenCalledOnce();
  });
});
