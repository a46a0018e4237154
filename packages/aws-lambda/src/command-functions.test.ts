import { memoryEngine } from "foldstream/memory";
import { describe, expect, it } from "vitest";
import { increment, invocation } from "../test/counter.ts";
import { counting } from "../test/counter-app.ts";
import { requestEvent, s3Record, sqsEvent } from "../test/events.ts";
import { commandFunctions } from "./index.ts";

const path = "/commands/counter/a/Increment";

async function onALog() {
  const { eventStore } = memoryEngine();
  const functions = await commandFunctions({
    app: counting,
    log: () => ({ eventStore }),
    logLine: () => undefined,
    objects: ({ key, size }) => increment(key, size),
    http: { authenticate: (request) => (request.headers.get("x-user") ? { id: "ann" } : undefined) },
  });
  return { ...functions, eventStore };
}

const asAnn = { "x-user": "ann", "idempotency-key": "k1" };

describe("functions that take nothing but commands", () => {
  it("G2 execute each once, whichever way it comes", async () => {
    const { http, queue, objects, eventStore } = await onALog();
    const press = requestEvent("POST", path, { body: { by: 2 }, headers: asAnn });

    const answers = [await http(press, invocation()), await http(press, invocation())];
    await queue(sqsEvent([increment("a", 4), increment("a", 4)], { ids: ["m", "m"] }));
    await objects({ Records: [s3Record("a"), s3Record("a")] });

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const stored = await eventStore.read("counter-a", { after: 0, limit: 10 });
    expect(stored.map(({ data }) => JSON.parse(data).by)).toEqual([2, 4, 3]);
    expect(stored[0]?.metadata.principal).toEqual({ id: "ann" });
  });

  it("read streams, and have no queries", async () => {
    const { http } = await onALog();
    await http(requestEvent("POST", path, { body: { by: 2 }, headers: asAnn }), invocation());

    const stream = await http(requestEvent("GET", "/streams/counter/a", { headers: asAnn }), invocation());
    const query = await http(requestEvent("GET", "/queries/total", { headers: asAnn }), invocation());

    expect(JSON.parse(stream.body)).toMatchObject({ events: [{ version: 1, data: { by: 2 } }] });
    expect(query.statusCode).toBe(404);
    expect(JSON.parse(query.body)).toMatchObject({ code: "unknown-route" });
  });

  it("ask who sends a request", async () => {
    const { http } = await onALog();

    expect(await http(requestEvent("POST", path, { body: {} }), invocation())).toMatchObject({ statusCode: 401 });
  });
});
