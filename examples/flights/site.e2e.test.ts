import { serve } from "@foldstream/node";
import { chromium, type Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { chromiumArguments, chromiumPath, withoutChromium } from "../../tests/chromium.ts";
import { replay } from "./replay/replay-departures.ts";
import { flightsSite } from "./site.ts";
import { openFlights } from "./test/temporary-flights.ts";

describe("the page", () => {
  it("follows a replay, finds airports and sorts them", async (ctx) => {
    const executablePath = chromiumPath();
    if (!executablePath) return ctx.skip(withoutChromium);
    const { runtime } = await openFlights();
    const server = await serve({ fetch: flightsSite(runtime, { basePath: "/flights" }), port: 0 });
    const browser = await chromium.launch({ executablePath, args: chromiumArguments });
    onTestFinished(async () => {
      await browser.close();
      await server.close();
    });
    const page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    const problems = problemsOf(page);

    await page.goto(`${server.url}/flights`);
    await page.getByText("No departures yet").waitFor();
    await replay({ runtime, limit: 3_000 });
    await page.locator("#departures", { hasText: "3,000" }).waitFor();
    await page.locator("#board tbody tr").first().getByRole("button", { name: "ORD" }).waitFor();
    const chart = page.getByRole("img", { name: /2001-01-01 with 3,000 departures/ });
    await chart.waitFor();

    await page.getByRole("searchbox", { name: "Search airports" }).fill("honolulu");
    await page.getByText("airport matches “honolulu”").waitFor();
    expect(await page.locator("#board tbody tr").first().innerText()).toContain("HNL");
    await page.getByRole("searchbox").fill("");

    await page.getByRole("button", { name: "Code" }).click();
    await page.locator("th[aria-sort=ascending]", { hasText: "Code" }).waitFor();
    await page.locator("#board tbody tr").first().getByText("ABE").waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("13–24").waitFor();
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByRole("button", { name: "ABE", exact: true }).click();
    await page.getByRole("heading", { name: "Routes from ABE" }).waitFor();

    expect(problems).toEqual([]);
  });

  it("serves its own files only", async () => {
    const { runtime } = await openFlights();
    const site = flightsSite(runtime, { basePath: "/flights" });
    const statusOf = async (path: string) => (await site(new Request(`http://localhost${path}`))).status;

    expect(await statusOf("/flights/")).toBe(200);
    expect(await statusOf("/flights/uplot/uPlot.esm.js")).toBe(200);
    expect(await statusOf("/flights/../package.json")).toBe(404);
    expect(await statusOf("/flights/%2e%2e/replay.ts")).toBe(404);
    expect(await statusOf("/flights/constructor")).toBe(404);
    expect(await statusOf("/flights/api/queries/summary")).toBe(200);
  });
});

/** What the browser's console would show. */
function problemsOf(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on("console", (message) => message.type() !== "log" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  return problems;
}
