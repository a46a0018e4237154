/** What every host must do with the same app behind it. */
import { client } from "@foldstream/client";
import { type HttpOptions, httpHandler } from "@foldstream/http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { counters, runtimeOf } from "../../http/test/counters.ts";
import type { FetchHandler } from "../src/fetch-handler.ts";

export interface RunningHost {
  /** Without the base path. */
  readonly url: string;
  /** Default: over the network. */
  readonly fetch?: typeof fetch;
  readonly close?: () => Promise<unknown>;
}

const basePath = "/api";
const json = { "content-type": "application/json" };

/** `open` starts the host with this handler under `/api`. */
export function hostSuite(open: (handle: FetchHandler) => Promise<RunningHost>): void {
  async function opened(options: HttpOptions = {}) {
    const runtime = runtimeOf(counters);
    await runtime.start();
    onTestFinished(() => runtime.stop());
    const { url, fetch: send = fetch, close } = await open(httpHandler(runtime, { ...options, basePath }));
    if (close) onTestFinished(async () => void (await close()));
    const baseUrl = url + basePath;
    return { runtime, baseUrl, send, api: client<typeof counters>({ baseUrl, fetch: send }) };
  }

  describe("the app behind it", () => {
    it("G2 G6 executes commands once, and reads what was written", async () => {
      const { api } = await opened();

      const first = await api.execute("counter", "a/ü 1", "Increment", { by: 2 }, { commandId: "c1" });
      const again = await api.execute("counter", "a/ü 1", "Increment", { by: 2 }, { commandId: "c1" });
      const refused = await api.execute("counter", "a/ü 1", "Decrement", { by: 9 });

      expect(first).toMatchObject({ ok: true, version: 1, replayed: false });
      expect(again).toMatchObject({ ok: true, version: 1, replayed: true });
      expect(refused).toMatchObject({ reason: "rejected", rejection: { details: { missing: 7 } } });
      expect(await api.query("total", { id: "a/ü 1" })).toEqual({ ok: true, value: { value: 2 } });
    });

    it("follows a query", async () => {
      const { api } = await opened({ live: { pauseMs: 5 } });
      const seen: number[] = [];
      onTestFinished(api.live("total", { id: "a" }, ({ value }) => seen.push(value)));
      await vi.waitFor(() => expect(seen).toEqual([0]), 10_000);

      await api.execute("counter", "a", "Increment", {});

      await vi.waitFor(() => expect(seen).toEqual([0, 1]), 10_000);
    });

    it("knows where it is mounted", async () => {
      const { baseUrl, send } = await opened();

      const { servers } = (await (await send(`${baseUrl}/openapi.json`)).json()) as { readonly servers: unknown };

      expect(servers).toEqual([{ url: basePath }]);
    });

    it.each([
      ["a body that is no JSON", "{", json, 400, "invalid-json"],
      [
        "a body of another type",
        "by=1",
        { "content-type": "application/x-www-form-urlencoded" },
        415,
        "unsupported-media-type",
      ],
      ["a body that is too large", JSON.stringify({ by: 1, text: "x".repeat(2_000) }), json, 413, "body-too-large"],
      ["input that does not fit", '{"by":0}', json, 422, "invalid"],
    ])("refuses %s with its problem", async (_, body, headers, status, code) => {
      const { baseUrl, send } = await opened({ bodyLimit: 1_000 });

      const answer = await send(`${baseUrl}/commands/counter/a/Increment`, { method: "POST", headers, body });

      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(await answer.json()).toMatchObject({ status, code });
    });

    it("lists its routes where there is none", async () => {
      const { baseUrl, send } = await opened();

      const answer = await send(`${baseUrl}/nowhere?x=1`);

      expect(await answer.json()).toMatchObject({ status: 404, routes: expect.arrayContaining(["GET /api/livez"]) });
    });
  });
}
