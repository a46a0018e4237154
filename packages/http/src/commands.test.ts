import { describe, expect, it } from "vitest";
import { hosted } from "../test/counters.ts";

describe("a command over HTTP", () => {
  it("answers with the version as ETag and a consistency token", async () => {
    const { increment } = hosted();

    const first = await increment("a", { by: 2 });
    const second = await increment("a");

    expect(first.status).toBe(200);
    expect(await first.json()).toEqual({ commandId: expect.any(String), version: 1, replayed: false });
    expect(second.headers.get("etag")).toBe('"v2"');
    expect(second.headers.get("consistency-token")).toBeTruthy();
    expect(second.headers.has("idempotency-replayed")).toBe(false);
  });

  it("G2 answers a retry under the same key as it answered first, bare or quoted", async () => {
    const { increment, runtime } = hosted();

    const first = await increment("a", { by: 2 }, { "idempotency-key": "key-1" });
    await increment("a", { by: 5 });
    const retry = await increment("a", { by: 2 }, { "idempotency-key": '"key-1"' });

    expect(await retry.json()).toEqual({ ...(await first.json()), replayed: true });
    expect(retry.headers.get("idempotency-replayed")).toBe("true");
    expect(retry.headers.get("etag")).toBe('"v1"');
    expect((await runtime.readStream("counter", "a")).events).toHaveLength(2);
  });

  it("executes on the version that If-Match or If-None-Match expects", async () => {
    const { increment } = hosted();

    expect((await increment("a", {}, { "if-none-match": "*" })).status).toBe(200);
    expect((await increment("a", {}, { "if-match": '"v1"' })).status).toBe(200);
    expect((await increment("a", {}, { "if-none-match": "*" })).status).toBe(412);
  });

  it("keeps the principal and a well-formed traceparent with the events", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const { increment, runtime } = hosted({ authenticate: async () => ({ id: "ann" }) });

    await increment("a", {}, { traceparent });
    await increment("a", {}, { traceparent: "nonsense" });
    const { events } = await runtime.readStream("counter", "a");

    expect(events[0]?.metadata).toMatchObject({ principal: { id: "ann" }, traceparent });
    expect(events[1]?.metadata.traceparent).toBeUndefined();
  });

  it("takes ids that need encoding", async () => {
    const { increment, runtime } = hosted();

    expect((await increment("a%2Fb%20%C3%A9")).status).toBe(200);
    expect((await runtime.readStream("counter", "a/b é")).events).toHaveLength(1);
  });

  it("serves under a base path", async () => {
    const { post } = hosted({ basePath: "/api/" });

    expect((await post("/api/commands/counter/a/Increment", {})).status).toBe(200);
    expect((await post("/commands/counter/a/Increment", {})).status).toBe(404);
  });
});
