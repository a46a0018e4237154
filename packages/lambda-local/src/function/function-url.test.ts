import { describe, expect, it, onTestFinished } from "vitest";
import type { Invoked } from "../copy/invoked.ts";
import { FunctionUrl } from "./function-url.ts";

/** A URL of a function that answers so, and the events that it is given. */
async function opened(invoked: Invoked) {
  const events: Readonly<Record<string, unknown>>[] = [];
  const url = await FunctionUrl.open({
    async invoke(event) {
      events.push(event as Readonly<Record<string, unknown>>);
      return invoked;
    },
  });
  onTestFinished(() => url.close());
  return { address: url.address, events };
}

const answer = (payload: object): Invoked => ({ kind: "answered", payload });

describe("the URL of a function", () => {
  it("makes an event of a request", async () => {
    const { address, events } = await opened(answer({ statusCode: 204 }));

    await fetch(`${address}/commands/counter/a%20b/Increment?x=1&y=2`, {
      method: "POST",
      body: '{"by":1}',
      headers: { "content-type": "application/json", cookie: "a=1; b=2", "If-Match": '"v1"' },
    });

    expect(events).toMatchObject([
      {
        version: "2.0",
        rawPath: "/commands/counter/a%20b/Increment",
        rawQueryString: "x=1&y=2",
        queryStringParameters: { x: "1", y: "2" },
        cookies: ["a=1", "b=2"],
        headers: { "content-type": "application/json", "if-match": '"v1"' },
        requestContext: { http: { method: "POST", path: "/commands/counter/a%20b/Increment" } },
        body: '{"by":1}',
        isBase64Encoded: false,
      },
    ]);
  });

  it("hands over what is no text as base64, and nothing for no body", async () => {
    const { address, events } = await opened(answer({ statusCode: 204 }));

    await fetch(address, {
      method: "PUT",
      body: Buffer.from([0, 255]),
      headers: { "content-type": "application/octet-stream" },
    });
    await fetch(address);

    expect(events[0]).toMatchObject({ body: "AP8=", isBase64Encoded: true });
    expect(events[1]).not.toHaveProperty("body");
  });

  it("answers as the function says", async () => {
    const headers = { "content-type": "image/png", etag: '"1"' };
    const { address } = await opened(
      answer({ statusCode: 201, headers, cookies: ["a=1", "b=2"], body: "AP8=", isBase64Encoded: true }),
    );

    const response = await fetch(address);

    expect([response.status, response.headers.get("etag"), response.headers.getSetCookie()]).toEqual([
      201,
      '"1"',
      ["a=1", "b=2"],
    ]);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0, 255]));
  });

  it.each([
    [{ kind: "throttled" } as const, 429],
    [{ kind: "failed", error: {} } as const, 502],
    [{ kind: "ended" } as const, 502],
    [answer({ some: "thing" }), 200],
  ])("answers %j with %s", async (invoked, status) => {
    const { address } = await opened(invoked);

    expect((await fetch(address)).status).toBe(status);
  });
});
