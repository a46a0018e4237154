import { serve } from "@foldstream/node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type counters, hosted } from "../../http/test/counters.ts";
import { type ClientOptions, client, isClientError } from "./index.ts";

const cleanUps: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const retry = { backoffMs: 1, maxBackoffMs: 20 };

/** A client, a real server, and the app behind it, whose projections run. */
async function connected(options: Partial<ClientOptions> = {}, httpOptions: Parameters<typeof hosted>[0] = {}) {
  const host = hosted({ live: { pauseMs: 5, recheckMs: 50 }, ...httpOptions });
  await host.runtime.start();
  cleanUps.push(() => host.runtime.stop());
  const server = await serve({ fetch: host.handle, port: 0 });
  cleanUps.push(() => server.close());
  return { ...host, server, api: client<typeof counters>({ baseUrl: server.url, retry, ...options }) };
}

/** Fetch that fails in the way given, as often as given, and counts. */
function faulty(times: number, fault: (send: () => Promise<Response>) => Promise<Response>) {
  const state = { calls: 0 };
  const faultyFetch: typeof fetch = (...request) => {
    const send = () => fetch(...request);
    return state.calls++ < times ? fault(send) : send();
  };
  return { state, fetch: faultyFetch };
}

const answerLost = async (send: () => Promise<Response>): Promise<Response> => {
  await send();
  throw new TypeError("connection reset");
};
const busy = async () => new Response("", { status: 503, headers: { "retry-after": "0" } });

describe("execute", () => {
  it("gives the outcomes of the runtime as values", async () => {
    const { api } = await connected();

    const accepted = await api.execute(
      "counter",
      "a/ü 1",
      "Increment",
      { by: 2 },
      { commandId: "c1", expectedVersion: 0 },
    );

    expect(accepted).toEqual({ ok: true, commandId: "c1", version: 1, token: expect.any(String), replayed: false });
    expect(await api.execute("counter", "a/ü 1", "Increment", { by: 2 }, { commandId: "c1" })).toMatchObject({
      version: 1,
      replayed: true,
    });
    expect(await api.execute("counter", "a/ü 1", "Increment", { by: 3 }, { commandId: "c1" })).toEqual({
      ok: false,
      reason: "command-id-reused",
      commandId: "c1",
    });
    expect(await api.execute("counter", "a/ü 1", "Increment", {}, { expectedVersion: 7 })).toEqual({
      ok: false,
      reason: "version-conflict",
      expected: 7,
      actual: 1,
    });
    expect(await api.execute("counter", "a/ü 1", "Decrement", { by: 5 })).toEqual({
      ok: false,
      reason: "rejected",
      rejection: { code: "below-zero", message: expect.any(String), details: { missing: 3 } },
    });
    expect(await api.execute("counter", "a/ü 1", "Increment", { by: 0 })).toMatchObject({
      reason: "invalid",
      issues: [{ pointer: "/by" }],
    });
  });

  it("G2 executes once although the answer gets lost, again and again", async () => {
    const { state, fetch } = faulty(3, answerLost);
    const { api, runtime } = await connected({ fetch });

    const outcome = await api.execute("counter", "a", "Increment", {}, { expectedVersion: 0 });

    expect(outcome).toMatchObject({ ok: true, version: 1, replayed: true });
    expect(state.calls).toBe(4);
    expect((await runtime.readStream("counter", "a")).events).toHaveLength(1);
  });

  it("takes an answer that breaks off for a lost one", async () => {
    const breaking = faulty(1, async (send) => {
      await send();
      const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
      return new Response(body, { headers: { "content-type": "application/json" } });
    });
    const { api } = await connected({ fetch: breaking.fetch });

    expect(await api.execute("counter", "a", "Increment", {})).toMatchObject({ ok: true, version: 1, replayed: true });
  });

  it("waits for a busy server, and hands its problem over when it stays busy", async () => {
    const soon = faulty(2, busy);
    const { api, server } = await connected({ fetch: soon.fetch });
    const never = faulty(99, busy);

    expect(await api.execute("counter", "a", "Increment", {})).toMatchObject({ ok: true });
    const stillBusy = client<typeof counters>({
      baseUrl: server.url,
      fetch: never.fetch,
      retry: { ...retry, retries: 2 },
    });
    expect(await stillBusy.execute("counter", "a", "Increment", {})).toMatchObject({
      reason: "problem",
      problem: { status: 503, code: "http-503" },
    });
    expect(never.state.calls).toBe(3);
  });

  it("throws a typed error when no answer comes, with the id to retry under", async () => {
    const lost = faulty(99, answerLost);
    const { api } = await connected({ fetch: lost.fetch, retry: { ...retry, retries: 1 } });

    const error = await api
      .execute("counter", "a", "Increment", {}, { commandId: "c1" })
      .catch((thrown: unknown) => thrown);

    expect(isClientError(error) && error).toMatchObject({
      code: "network",
      commandId: "c1",
      cause: { message: "connection reset" },
    });
  });

  it("stops when its caller says so, also between retries", async () => {
    const stopping = new AbortController();
    const { api } = await connected({
      fetch: faulty(99, busy).fetch,
      retry: { backoffMs: 60_000, maxBackoffMs: 60_000 },
    });

    const executing = api
      .execute("counter", "a", "Increment", {}, { signal: stopping.signal })
      .catch((thrown: unknown) => thrown);
    stopping.abort();

    expect(await executing).toMatchObject({ code: "aborted" });
  });

  it("sends headers, and hands other problems over as they are", async () => {
    const authenticate = (request: Request) =>
      request.headers.get("authorization") === "Bearer yes" ? { id: "ann" } : undefined;
    const { api, server } = await connected(
      { headers: async () => ({ authorization: "Bearer yes" }) },
      { authenticate },
    );
    const stranger = client<typeof counters>({ baseUrl: `${server.url}/` });

    expect(await api.query("whoami", {})).toEqual({ ok: true, value: "ann" });
    expect(await stranger.execute("counter", "a", "Increment", {})).toMatchObject({
      reason: "problem",
      problem: { status: 401, code: "unauthenticated" },
    });
  });
});

describe("executeTogether", () => {
  const counting = (id: string, by: number) =>
    ({ aggregate: "counter", id, command: "Increment", data: { by } }) as const;
  const below = { aggregate: "counter", id: "b", command: "Decrement", data: { by: 9 } } as const;

  it("gives the outcome of each command, or of the one that stopped them all", async () => {
    const { api } = await connected();

    expect(await api.executeTogether([counting("a", 2), counting("b", 3)], { commandId: "c1" })).toMatchObject({
      ok: true,
      outcomes: [
        { ok: true, commandId: "c1", version: 1, replayed: false },
        { ok: true, commandId: "c1", version: 1, replayed: false },
      ],
    });
    expect(await api.executeTogether([counting("a", 2), below])).toMatchObject({
      ok: false,
      index: 1,
      refused: { reason: "rejected", rejection: { code: "below-zero" } },
    });
    expect(await api.executeTogether([])).toMatchObject({ reason: "problem", problem: { code: "invalid" } });
  });

  it("G2 G6 executes once although the answer gets lost, and reads what was written", async () => {
    const { fetch } = faulty(3, answerLost);
    const { api } = await connected({ fetch });

    const outcome = await api.executeTogether([counting("a", 2), counting("b", 3)]);

    expect(outcome).toMatchObject({ ok: true, outcomes: [{ replayed: true }, { replayed: true }] });
    expect(await api.query("total", { id: "a" })).toEqual({ ok: true, value: { value: 2 } });
    expect(await api.query("total", { id: "b" })).toEqual({ ok: true, value: { value: 3 } });
  });
});

describe("query", () => {
  it("G6 reads what this client has written, also by commands at the same time", async () => {
    const { api } = await connected();

    for (let round = 1; round <= 5; round++) {
      await Promise.all(["a", "b", "c"].map((id) => api.execute("counter", id, "Increment", {})));
      for (const id of ["a", "b", "c"])
        expect(await api.query("total", { id })).toEqual({ ok: true, value: { value: round } });
    }
  });

  it("says when a read model has parked what was written, without asking again", async () => {
    const parked = { projection: "totals", stream: "counter-a", version: 1 };
    const type = "urn:foldstream:problem:parked";
    let calls = 0;
    const local: typeof fetch = async () => {
      calls++;
      const headers = { "content-type": "application/problem+json" };
      return Response.json({ type, title: "", status: 503, code: "parked", parked }, { status: 503, headers });
    };
    const api = client<typeof counters>({ baseUrl: "http://test", fetch: local, retry });

    expect(await api.query("total", { id: "a" })).toEqual({ ok: false, reason: "parked", parked });
    expect(calls).toBe(1);
  });

  it("says when a read model is not there in time, without asking again", async () => {
    const { runtime, handle } = hosted();
    await runtime.prepare();
    let calls = 0;
    const local: typeof fetch = async (url, init) => {
      calls++;
      return handle(new Request(url as string, init));
    };
    const api = client<typeof counters>({ baseUrl: "http://test", fetch: local, retry });
    await api.execute("counter", "a", "Increment", {});

    expect(await api.query("total", { id: "a" }, { waitMs: 0 })).toMatchObject({
      reason: "not-yet-consistent",
      waitingFor: { projection: "totals" },
    });
    expect(await api.query("total", { id: "a" }, { after: false })).toEqual({ ok: true, value: { value: 0 } });
    expect(calls).toBe(3);
  });

  it("gives invalid input and unknown tokens as values", async () => {
    const { api } = await connected();

    expect(await api.query("total", { id: 1 as unknown as string })).toMatchObject({
      reason: "invalid",
      issues: [{ pointer: "/id" }],
    });
    expect(await api.query("total", { id: "a" }, { after: "x" })).toMatchObject({
      reason: "problem",
      problem: { code: "invalid-token" },
    });
  });

  it("throws when the answer is not one of a Foldstream server", async () => {
    const api = client<typeof counters>({ baseUrl: "", fetch: async () => new Response("<html>") });

    await expect(api.query("whoami", {})).rejects.toMatchObject({ code: "bad-response" });
  });
});

describe("live", () => {
  it("follows a query, and finds back after the server has gone and come again", async () => {
    const { api, server, handle } = await connected();
    const seen: number[] = [];
    const connections: boolean[] = [];
    const stop = api.live("total", { id: "a" }, ({ value }) => seen.push(value), {
      onConnection: (up) => connections.push(up),
    });
    cleanUps.push(stop);
    await vi.waitFor(() => expect(seen).toEqual([0]));

    await api.execute("counter", "a", "Increment", { by: 1 });
    await vi.waitFor(() => expect(seen).toEqual([0, 1]));
    await server.close();
    const again = await serve({ fetch: handle, port: server.port });
    cleanUps.push(() => again.close());
    await api.execute("counter", "a", "Increment", { by: 1 });

    await vi.waitFor(() => expect(seen).toEqual([0, 1, 2]));
    expect(connections.slice(0, 3)).toEqual([true, false, true]);
  });

  it("is silent once stopped, by the function or by the signal", async () => {
    const { api } = await connected();
    const stopping = new AbortController();
    const seen: unknown[] = [];
    const stop = api.live("total", { id: "a" }, (value) => seen.push(value));
    api.live("total", { id: "a" }, (value) => seen.push(value), { signal: stopping.signal });
    await vi.waitFor(() => expect(seen).toHaveLength(2));

    stop();
    stopping.abort();
    await api.execute("counter", "a", "Increment", {});
    await api.query("total", { id: "a" });

    expect(seen).toHaveLength(2);
  });

  it("ends with the problem that no retry cures", async () => {
    const { api } = await connected({}, { authenticate: () => undefined });

    const problem = await new Promise((resolve) =>
      api.live("total", { id: "a" }, () => undefined, { onProblem: resolve }),
    );

    expect(problem).toMatchObject({ code: "unauthenticated" });
  });
});
