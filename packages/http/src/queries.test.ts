import { afterEach, describe, expect, it } from "vitest";
import { hosted } from "../test/counters.ts";

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const runtime of started.splice(0)) await runtime.stop();
});

async function running(options = {}) {
  const host = hosted(options);
  started.push(host.runtime);
  await host.runtime.start();
  return host;
}

describe("a query over HTTP", () => {
  it("reads query strings as the JSON Schema of the input says", async () => {
    const { get } = await running();
    const parameters = "text=42&code=42&count=42&ratio=null&exact=true&ids=1&ids=2&place=%7B%22x%22%3A1%7D&kind=2";

    const answer = await (await get(`/queries/echo?${parameters}`)).json();

    expect(answer).toEqual({
      text: "42",
      code: "42",
      count: 42,
      ratio: null,
      exact: true,
      ids: [1, 2],
      place: { x: 1 },
      kind: 2,
    });
  });

  it("leaves to the schema what does not read as its type", async () => {
    const { get } = await running();

    for (const parameters of ["count=0x10", "count=", "exact=yes", "ids=1&ids=x", "place=%7B", "count=1&count=2"]) {
      expect((await get(`/queries/echo?${parameters}`)).status, parameters).toBe(422);
    }
  });

  it("takes the input as a JSON body too", async () => {
    const { post } = await running();

    expect(await (await post("/queries/echo", { ids: [3], place: { x: 2 } })).json()).toEqual({
      ids: [3],
      place: { x: 2 },
      exact: false,
    });
  });

  it("asks schemas without JSON Schema through the option, and else leaves text", async () => {
    const { get } = await running({ toJsonSchema: () => ({ properties: { text: { type: "string" } } }) });

    expect((await get("/queries/echo?count=1")).status).toBe(422);
    expect((await get("/queries/echo?text=1")).status).toBe(200);
  });

  it("answers 304 while the answer is the same, to HEAD without a body", async () => {
    const { get, send } = await running();
    const etag = (await get("/queries/total?id=a")).headers.get("etag") ?? "";

    expect((await get("/queries/total?id=a", { "if-none-match": `"other", W/${etag}` })).status).toBe(304);
    expect((await get("/queries/total?id=a", { "if-none-match": '"other"' })).status).toBe(200);
    const head = await send("HEAD", "/queries/total?id=a");
    expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, etag, ""]);
  });

  it("G6 includes what the token stands for", async () => {
    const { get, increment } = await running();
    const token = (await increment("a", { by: 3 })).headers.get("consistency-token") ?? "";

    const response = await get("/queries/total?id=a", { "consistency-token": token, prefer: "respond-async, wait=60" });

    expect(await response.json()).toEqual({ value: 3 });
    expect(response.headers.get("preference-applied")).toBe("wait=20");
  });

  it("G6 includes all of several tokens", async () => {
    const { get, increment } = await running();
    const answers = await Promise.all(["a", "b", "c"].map((id) => increment(id, { by: 3 })));
    const tokens = answers.map(({ headers }) => headers.get("consistency-token"));

    const values = ["a", "b", "c"].map(async (id) => {
      const response = await get(`/queries/total?id=${id}`, { "consistency-token": tokens.join(", ") });
      return response.json();
    });

    expect(await Promise.all(values)).toEqual([{ value: 3 }, { value: 3 }, { value: 3 }]);
  });

  it("says what it waited for when the wait ran out", async () => {
    const { get, increment, runtime } = hosted();
    await runtime.prepare();
    const token = (await increment("a")).headers.get("consistency-token") ?? "";

    const response = await get("/queries/total?id=a", { "consistency-token": token, prefer: "wait=0" });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(response.headers.get("preference-applied")).toBe("wait=0");
    expect(await response.json()).toMatchObject({
      code: "not-yet-consistent",
      waitingFor: { projection: "totals", target: { partition: "0", position: 1 }, position: 0 },
    });
  });
});

describe("a stream over HTTP", () => {
  it("comes in pages that link to the next, the last with the version as ETag", async () => {
    const { get, increment } = hosted();
    for (let by = 1; by <= 3; by++) await increment("a", { by });

    const first = await get("/streams/counter/a?limit=2");
    const link = first.headers.get("link") ?? "";
    const next = /^<(.*)>; rel="next"$/.exec(link)?.[1] ?? "";
    const second = await get(`/streams/counter/a${next}`);

    expect(await first.json()).toMatchObject({
      more: true,
      events: [{ version: 1, type: "counter.Incremented", data: { by: 1 } }, { version: 2 }],
    });
    expect(first.headers.has("etag")).toBe(false);
    expect(await second.json()).toMatchObject({ more: false, events: [{ version: 3 }] });
    expect(second.headers.get("etag")).toBe('"v3"');
    expect(second.headers.has("link")).toBe(false);
    expect((await get(`/streams/counter/a${next}`, { "if-none-match": '"v3"' })).status).toBe(304);
  });

  it("is empty while nobody has written to it", async () => {
    const { get } = hosted();

    expect(await (await get("/streams/counter/a")).json()).toEqual({ events: [], more: false });
  });
});

describe("operations", () => {
  it("tell that the process lives, the store answers, and where projections are", async () => {
    const { get, increment } = await running();
    await increment("a");

    expect(await (await get("/livez")).json()).toEqual({ status: "alive" });
    expect(await (await get("/readyz")).json()).toEqual({ status: "ready" });
    expect(await (await get("/status")).json()).toMatchObject({
      projections: [{ name: "totals", partitions: [{ head: 1 }] }],
    });
  });

  it("pass metrics through, and have no such route without them", async () => {
    const { get } = hosted({ metrics: async () => ({ contentType: "text/plain; version=0.0.4", body: "up 1\n" }) });

    const response = await get("/metrics");

    expect([response.headers.get("content-type"), await response.text()]).toEqual([
      "text/plain; version=0.0.4",
      "up 1\n",
    ]);
    expect((await hosted().get("/metrics")).status).toBe(404);
  });
});
