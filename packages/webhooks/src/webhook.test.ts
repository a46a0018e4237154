import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { effect, isFoldstreamError } from "foldstream";
import { Webhook } from "standardwebhooks";
import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { webhook } from "./index.ts";

const paid = effect("paid", z.object({ order: z.string() }));
const secret = `whsec_${randomBytes(32).toString("base64")}`;
const context = {
  idempotencyKey: "policy:1:checkout:order-ä1@2:0",
  attempt: 1,
  policy: "checkout",
  correlationId: "c",
  wantedAt: "2026-01-01T00:00:00.000Z",
};

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A receiver that gives these answers, one after the other; no answer at all for 0. */
async function receiver(...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers as Record<string, string>, body: await text(request) });
    const status = statuses.shift() ?? 500;
    if (status > 0) response.writeHead(status, { location: "/elsewhere" }).end("an answer");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

describe("webhook", () => {
  it("is signed so that the receiver can verify it", async () => {
    const { url, received } = await receiver(204);

    await webhook(paid, { url, secret }).perform({ order: "ä1" }, context);

    const [{ headers, body }] = received as [Received];
    const told = new Webhook(secret).verify(body, headers);
    expect(told).toEqual({ type: "paid", timestamp: "2026-01-01T00:00:00.000Z", data: { order: "ä1" } });
    const other = new Webhook(`whsec_${randomBytes(32).toString("base64")}`);
    expect(() => other.verify(body, headers)).toThrow();
    expect(() => new Webhook(secret).verify(body.replace("ä1", "ä2"), headers)).toThrow();
  });

  it("bears the same id and body at every attempt, and another id for another message", async () => {
    const { url, received } = await receiver(500, 200, 200);
    const { perform } = webhook(paid, { url, secret });

    await expect(perform({ order: "1" }, context)).rejects.toThrow("answered 500");
    await perform({ order: "1" }, { ...context, attempt: 2 });
    await perform({ order: "1" }, { ...context, idempotencyKey: "another" });

    const ids = received.map(({ headers }) => headers["webhook-id"]);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(received[0]?.body).toBe(received[1]?.body);
  });

  it("is refused for good by 410, and follows no redirect", async () => {
    const { url, received } = await receiver(410, 302);
    const { perform } = webhook(paid, { url, secret });

    const refusal = await perform({ order: "1" }, context).catch((error: unknown) => error);
    expect(isFoldstreamError(refusal) && refusal.code).toBe("effect-refused");
    await expect(perform({ order: "1" }, context)).rejects.toThrow("answered 302");

    expect(received).toHaveLength(2);
  });

  it("gives up on a receiver that does not answer", async () => {
    const { url } = await receiver(0);

    await expect(webhook(paid, { url, secret, timeoutMs: 50 }).perform({ order: "1" }, context)).rejects.toThrow();
  });

  it.each([
    ["an address that is none", { url: "nowhere", secret }, "the url is not a URL"],
    ["a secret without its prefix", { url: "http://localhost", secret: secret.slice(6) }, "expected a secret"],
    ["a short secret", { url: "http://localhost", secret: "whsec_c2hvcnQ=" }, "expected a secret"],
  ])("refuses %s, and does not tell the secret", (_, options, message) => {
    const refusal = (() => {
      try {
        return webhook(paid, options);
      } catch (error) {
        return String(error);
      }
    })();
    expect(refusal).toContain(message);
    expect(refusal).not.toContain(options.secret);
  });
});
