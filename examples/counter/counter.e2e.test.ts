import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { client } from "@foldstream/client";
import type { HostedRuntime } from "@foldstream/http";
import { nodeEnvironment, serve } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime } from "foldstream";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chromiumArguments, chromiumPath, withoutChromium } from "../../tests/chromium.ts";
import app from "./counter.ts";
import { counterSite } from "./site.ts";

type Handler = (request: Request) => Promise<Response>;

const data = mkdtempSync(join(tmpdir(), "foldstream-counter-"));
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** The example as `npm start` runs it; `between` stands between browser and server. */
async function host(name: string, port = 0, between: (handler: Handler) => Handler = (handler) => handler) {
  const engine = sqliteEngine({ path: join(data, `${name}.db`) });
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  const server = await serve({ fetch: between(counterSite(runtime as unknown as HostedRuntime)), port });
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= server
      .close()
      .then(() => runtime.stop())
      .then(() => engine.close()));
  closing.push(stop);
  return { server, stop, api: client<typeof app>({ baseUrl: `${server.url}/api` }) };
}

describe("the counter's page in Chromium", () => {
  const executablePath = chromiumPath();
  let browser: Browser;

  beforeAll(async () => {
    if (executablePath) browser = await chromium.launch({ executablePath, args: chromiumArguments });
  });
  afterAll(() => browser?.close());

  async function openPage(url: string): Promise<Page> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  const shows = (page: Page, text: string) =>
    page.waitForFunction((wanted) => document.getElementById("value")?.textContent === wanted, text);

  it("loses no press of two browsers that press at once", async (ctx) => {
    if (!executablePath) return ctx.skip(withoutChromium);
    const { server, api } = await host("two-browsers");
    const pages = await Promise.all([openPage(server.url), openPage(server.url)]);

    await Promise.all(
      pages.map(async (page) => {
        for (let press = 0; press < 40; press++) await page.getByRole("button", { name: "+1", exact: true }).click();
      }),
    );

    await Promise.all(pages.map((page) => shows(page, "80")));
    expect(await api.query("total", { id: "1" })).toEqual({ ok: true, value: 80 });
  });

  it("counts once when answers get lost, and when pressed while the server restarts", async (ctx) => {
    if (!executablePath) return ctx.skip(withoutChromium);
    let lost = 0;
    const losingAnswers =
      (handler: Handler): Handler =>
      async (request) => {
        const answer = await handler(request);
        if (request.method !== "POST" || !request.url.includes("/commands/") || lost >= 3) return answer;
        lost++;
        return new Response("the gateway gave up", { status: 503, headers: { "retry-after": "0" } });
      };
    const first = await host("restart", 0, losingAnswers);
    const page = await openPage(first.server.url);
    await page.getByRole("button", { name: "+10" }).click();
    await shows(page, "10");
    await expect.poll(() => lost).toBe(3);

    await first.stop();
    await page.getByText("Reconnecting").waitFor();
    await page.getByRole("button", { name: "+1", exact: true }).click();
    await page.getByText("sent again").waitFor();
    const second = await host("restart", first.server.port);

    await shows(page, "11");
    await page.getByText("Live").waitFor();
    expect(await second.api.query("total", { id: "1" })).toEqual({ ok: true, value: 11 });
  });

  it("says why a press was refused", async (ctx) => {
    if (!executablePath) return ctx.skip(withoutChromium);
    const { server, api } = await host("full");
    await api.execute("counter", "1", "Increment", { by: 1_000_000 });
    const page = await openPage(server.url);
    await shows(page, "1,000,000");

    await page.getByRole("button", { name: "+1", exact: true }).click();

    await page.getByRole("status").filter({ hasText: "A counter ends at a million." }).waitFor();
  });
});
