import { memoryEngine } from "foldstream/memory";
import { describe, expect, it } from "vitest";
import { countingFunctions, invocation } from "../test/counter.ts";
import { requestEvent, scheduledEvent } from "../test/events.ts";

const path = "/commands/counter/a/Increment";

/** As a REST API sends it. */
function restEvent(method: string, to: string, body?: object) {
  return {
    resource: "/{proxy+}",
    path: to,
    httpMethod: method,
    headers: { Host: "example.test", "Content-Type": "application/json" },
    multiValueHeaders: { Host: ["example.test"], "Content-Type": ["application/json"] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { stage: "prod", requestId: "r", identity: {} },
    body: body ? JSON.stringify(body) : null,
    isBase64Encoded: false,
  };
}

function loadBalancerEvent(method: string, to: string, body?: object) {
  const { multiValueHeaders: _, requestContext: __, ...event } = restEvent(method, to, body);
  return { ...event, requestContext: { elb: { targetGroupArn: "arn" } } };
}

describe("HTTP", () => {
  it.each([
    ["an HTTP API or a function URL", requestEvent("POST", path, { body: { by: 3 } })],
    ["a REST API", restEvent("POST", path, { by: 3 })],
    ["a load balancer", loadBalancerEvent("POST", path, { by: 3 })],
    ["base64", { ...requestEvent("POST", path, { body: {} }), body: btoa('{"by":3}'), isBase64Encoded: true }],
  ])("takes a command from %s", async (_, event) => {
    const functions = await countingFunctions();

    const answer = await functions.http(event, invocation());

    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(JSON.parse(answer.body)).toMatchObject({ version: 1, replayed: false });
    expect(await functions.increments("a")).toEqual([3]);
  });

  it("G2 answers a command again that is sent again, to whichever copy", async () => {
    const functions = await countingFunctions();
    const copy = await countingFunctions({}, functions.engine);
    const event = requestEvent("POST", path, { body: { by: 3 }, headers: { "idempotency-key": "k1" } });

    const answers = [await functions.http(event, invocation()), await copy.http(event, invocation())];

    expect(answers.map(({ body }) => JSON.parse(body).replayed)).toEqual([false, true]);
    expect(await functions.increments("a")).toEqual([3]);
  });

  it("G6 answers a query once its read model includes the token, which a worker of another copy sees to", async () => {
    const functions = await countingFunctions();
    const other = await countingFunctions({}, functions.engine);
    const { headers = {} } = await functions.http(requestEvent("POST", path, { body: { by: 3 } }), invocation());
    const asked = requestEvent("GET", "/queries/total", {
      query: "id=a",
      headers: { "consistency-token": String(headers["consistency-token"]) },
    });

    const [answer] = await Promise.all([
      functions.http(asked, invocation()),
      other.worker(scheduledEvent(), invocation()),
    ]);

    expect(answer).toMatchObject({ statusCode: 200, body: "3" });
  });

  it("answers before its time is up, although the query still waits", async () => {
    const functions = await countingFunctions();
    const copy = await countingFunctions({}, functions.engine);
    const { headers = {} } = await copy.http(requestEvent("POST", path, { body: {} }), invocation());
    const asked = requestEvent("GET", "/queries/total", {
      query: "id=a",
      headers: { "consistency-token": String(headers["consistency-token"]), prefer: "wait=20" },
    });

    const answer = await functions.http(asked, invocation(750));

    expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "1" } });
    expect(JSON.parse(answer.body)).toMatchObject({ code: "timed-out" });
  });

  it("ends the stream of a live query with its first answer", async () => {
    const { http } = await countingFunctions();

    const { body, statusCode, isBase64Encoded } = await http(
      requestEvent("GET", "/queries/total/live", { query: "id=a" }),
      invocation(),
    );

    expect(statusCode).toBe(200);
    expect(isBase64Encoded ? atob(body) : body).toMatch(/^id: .+\ndata: 0\n\n$/);
  });

  it("asks who sends a request, by what the authorizer says", async () => {
    const { http, engine } = await countingFunctions({
      http: {
        authenticate: (_, event) => {
          const { authorizer } = event.requestContext as { readonly authorizer?: { readonly principalId: string } };
          return authorizer && { id: authorizer.principalId };
        },
      },
    });
    const event = requestEvent("POST", path, { body: {} });
    const requestContext = { ...event.requestContext, authorizer: { principalId: "ann" } };

    expect(await http(event, invocation())).toMatchObject({ statusCode: 401 });
    expect(await http({ ...event, requestContext }, invocation())).toMatchObject({ statusCode: 200 });

    const [stored] = await engine.eventStore.read("counter-a", { after: 0, limit: 1 });
    expect(stored?.metadata.principal).toEqual({ id: "ann" });
  });

  it.each([
    ["nothing", null],
    ["text", "GET /"],
    ["a schedule", scheduledEvent()],
    ["a web socket", { requestContext: { eventType: "CONNECT", connectionId: "1" }, isBase64Encoded: false }],
    ["a method without a path", { httpMethod: "GET", requestContext: {} }],
    ["a path that is none", { ...requestEvent("GET", "/"), rawPath: {} }],
  ])("answers %s with a problem, and says so in the log", async (_, event) => {
    const { http, logged } = await countingFunctions();

    const answer = await http(event, invocation());

    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "unsupported-event" });
    expect(logged).toHaveLength(1);
  });

  it.each([
    ["headers that are none", { ...requestEvent("GET", "/livez"), headers: null }],
    ["a header that is none", { ...requestEvent("GET", "/livez"), headers: { host: "x.test", "a b": "c" } }],
    [
      "a host that is none",
      { ...requestEvent("GET", "/livez"), requestContext: { http: { method: "GET" } }, headers: {} },
    ],
    ["a method that is none", { ...requestEvent("GET", "/livez"), requestContext: { http: { method: "G T" } } }],
    ["a body with GET", { ...requestEvent("GET", "/livez"), body: "x" }],
  ])("does not fail on %s", async (_, event) => {
    const { http } = await countingFunctions();

    expect((await http(event, invocation())).statusCode).toBeLessThan(500);
  });

  it("answers under the path that is its own behind a page's domain, and nowhere else", async () => {
    const { http } = await countingFunctions({ http: { basePath: "/api" } });

    const behind = await http(requestEvent("POST", `/api${path}`, { body: {} }), invocation());
    const beside = await http(requestEvent("POST", path, { body: {} }), invocation());

    expect([behind.statusCode, beside.statusCode]).toEqual([200, 404]);
  });

  it("leaves no snapshot on its way", async () => {
    const engine = memoryEngine();
    let written = 0;
    const writeSnapshot: typeof engine.eventStore.writeSnapshot = async (stream, snapshot) => {
      await new Promise((resolve) => setImmediate(resolve));
      await engine.eventStore.writeSnapshot(stream, snapshot);
      written++;
    };
    const { http } = await countingFunctions({}, { ...engine, eventStore: { ...engine.eventStore, writeSnapshot } });

    for (let by = 1; by <= 5; by++) await http(requestEvent("POST", path, { body: { by } }), invocation());

    expect(written).toBe(1);
  });
});
