import { describe, expect, it } from "vitest";
import { hosted } from "../test/counters.ts";

type Hosted = ReturnType<typeof hosted>;
type Attempt = (host: Hosted) => Promise<Response>;

const json = { "content-type": "application/json" };
const raw =
  (body: BodyInit, headers: Record<string, string>): Attempt =>
  ({ send }) =>
    send("POST", "/commands/counter/a/Increment", { body, headers });
const increment =
  (body: unknown, headers: Record<string, string> = {}): Attempt =>
  ({ increment: post }) =>
    post("a", body, headers);

/** Every line of the contract for bad input, tried on a stream at version 1. */
const lines: readonly (readonly [title: string, attempt: Attempt, status: number, problem: object])[] = [
  [
    "an unknown aggregate",
    ({ post }) => post("/commands/countr/a/Increment", {}),
    404,
    { code: "unknown-name", nearest: ["counter"] },
  ],
  [
    "an unknown command",
    ({ post }) => post("/commands/counter/a/Incremnt", {}),
    404,
    { code: "unknown-name", nearest: ["Increment", "Decrement"] },
  ],
  ["an unknown query", ({ get }) => get("/queries/totl"), 404, { code: "unknown-name", nearest: ["total"] }],
  ["an unknown query by body", ({ post }) => post("/queries/totl", {}), 404, { code: "unknown-name" }],
  ["an unknown live query", ({ get }) => get("/queries/totl/live"), 404, { code: "unknown-name" }],
  [
    "an unknown aggregate of a stream",
    ({ get }) => get("/streams/countr/a"),
    404,
    { code: "unknown-name", nearest: ["counter"] },
  ],
  [
    "an unknown route",
    ({ get }) => get("/nowhere"),
    404,
    { code: "unknown-route", routes: expect.arrayContaining(["GET /livez"]) },
  ],
  [
    "a payload that does not fit",
    increment({ by: "x" }),
    422,
    { code: "invalid", errors: [{ pointer: "/by", detail: expect.any(String) }] },
  ],
  [
    "a payload that is no object",
    increment([1]),
    422,
    { code: "invalid", errors: [{ pointer: "", detail: expect.any(String) }] },
  ],
  [
    "a query input that does not fit",
    ({ get }) => get("/queries/total"),
    422,
    { code: "invalid", errors: [{ pointer: "/id", detail: expect.any(String) }] },
  ],
  ["a body that is not JSON", raw('{"by":', json), 400, { code: "invalid-json" }],
  ["an empty body", raw("", json), 400, { code: "invalid-json" }],
  [
    "a body that is not UTF-8",
    raw(new Uint8Array([123, 34, 255, 34, 58, 49, 125]), json),
    400,
    { code: "invalid-json" },
  ],
  [
    "another media type",
    raw("by=1", { "content-type": "application/x-www-form-urlencoded" }),
    415,
    { code: "unsupported-media-type" },
  ],
  ["no media type", raw(new Uint8Array([123, 125]), {}), 415, { code: "unsupported-media-type" }],
  [
    "another version",
    increment({}, { "if-match": '"v7"' }),
    412,
    { code: "version-conflict", expectedVersion: 7, actualVersion: 1 },
  ],
  [
    "a stream that is not new",
    increment({}, { "if-none-match": "*" }),
    412,
    { code: "version-conflict", expectedVersion: 0, actualVersion: 1 },
  ],
  ["a weak If-Match", increment({}, { "if-match": 'W/"v1"' }), 400, { code: "invalid-header" }],
  ["an If-Match that is no version", increment({}, { "if-match": '"1"' }), 400, { code: "invalid-header" }],
  ["an If-Match for any version", increment({}, { "if-match": "*" }), 400, { code: "invalid-header" }],
  ["an If-None-Match with a tag", increment({}, { "if-none-match": '"v1"' }), 400, { code: "invalid-header" }],
  ["both preconditions", increment({}, { "if-match": '"v1"', "if-none-match": "*" }), 400, { code: "invalid-header" }],
  [
    "a key of another payload",
    increment({ by: 9 }, { "idempotency-key": "used" }),
    422,
    { code: "idempotency-key-reused" },
  ],
  ["an empty key", increment({}, { "idempotency-key": "" }), 400, { code: "invalid-header" }],
  ["a key that is too long", increment({}, { "idempotency-key": "k".repeat(256) }), 400, { code: "invalid-header" }],
  ["two keys", increment({}, { "idempotency-key": "a, b" }), 400, { code: "invalid-header" }],
  ["a key with an open quote", increment({}, { "idempotency-key": '"abc' }), 400, { code: "invalid-header" }],
  [
    "a rejection by the domain",
    ({ post }) => post("/commands/counter/a/Decrement", { by: 5 }),
    409,
    {
      code: "below-zero",
      type: "urn:foldstream:problem:rejected",
      rejection: { code: "below-zero", details: { missing: 4 } },
    },
  ],
  ["a body that is too large", increment({ by: 1, padding: "x".repeat(2_000) }), 413, { code: "body-too-large" }],
  [
    "a declared length that is too large",
    raw("{}", { ...json, "content-length": "5000" }),
    413,
    { code: "body-too-large" },
  ],
  ["a body that grows too large", raw(new Blob(["x".repeat(2_000)]).stream(), json), 413, { code: "body-too-large" }],
  [
    "a method that the route does not take",
    ({ send }) => send("DELETE", "/queries/total"),
    405,
    { code: "method-not-allowed" },
  ],
  [
    "a token of another store",
    ({ get }) => get("/queries/total?id=a", { "consistency-token": "x" }),
    400,
    { code: "invalid-token" },
  ],
  [
    "too many tokens",
    ({ get }) => get("/queries/total?id=a", { "consistency-token": "x, ".repeat(65) }),
    400,
    { code: "invalid-header" },
  ],
  ["a limit out of range", ({ get }) => get("/streams/counter/a?limit=0"), 400, { code: "invalid-parameter" }],
  ["an after that is no number", ({ get }) => get("/streams/counter/a?after=-1"), 400, { code: "invalid-parameter" }],
  [
    "an id that is too long",
    ({ post }) => post(`/commands/counter/${"i".repeat(201)}/Increment`, {}),
    422,
    { code: "invalid" },
  ],
];

describe("bad input", () => {
  it.each(lines)("refuses %s, and writes nothing", async (_, attempt, status, problem) => {
    const host = hosted({ bodyLimit: 1_000 });
    await host.increment("a", { by: 1 }, { "idempotency-key": "used" });
    const before = await host.engine.eventFeed.head("0");

    const response = await attempt(host);

    const body = await response.json();
    expect(body).toMatchObject({
      status,
      title: expect.any(String),
      type: expect.stringMatching(/^urn:foldstream:problem:[a-z-]+$/),
      ...problem,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(JSON.stringify(body)).not.toMatch(/ at .*\.ts|node_modules/);
    expect(await host.engine.eventFeed.head("0")).toBe(before);
  });

  it("tells the actual version as ETag, and the methods that a route takes", async () => {
    const { increment: post, send } = hosted();
    await post("a");

    expect((await post("a", {}, { "if-match": '"v7"' })).headers.get("etag")).toBe('"v1"');
    expect((await send("PUT", "/queries/total")).headers.get("allow")).toBe("GET, POST, HEAD");
    expect((await send("GET", "/commands/counter/a/Increment")).headers.get("allow")).toBe("POST");
  });

  it("reads a body in chunks up to the limit", async () => {
    const { send } = hosted();
    const body = new Blob(['{"by":', "2}"]).stream();

    expect((await send("POST", "/commands/counter/a/Increment", { body, headers: json })).status).toBe(200);
  });

  it("never repeats what was sent", async () => {
    const { post } = hosted();
    const secret = "4111111111111111";

    const response = await post("/commands/counter/a/Increment", { by: secret });

    expect(await response.text()).not.toContain(secret);
  });
});
