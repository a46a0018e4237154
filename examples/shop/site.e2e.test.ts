import { serve } from "@foldstream/node";
import { chromium, type Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { chromiumArguments, chromiumPath, withoutChromium } from "../../tests/chromium.ts";
import { stocking } from "./domain/across-streams.ts";
import { unprintable } from "./domain/rules.ts";
import { shopSite } from "./site.ts";
import { openShop } from "./test/temporary-shop.ts";

/** A shop with three products, and its page. */
async function openPage(executablePath: string): Promise<Page> {
  const { runtime } = await openShop();
  const listing = (description: string) => ({ description, unitPrice: 1_250 });
  await runtime.executeTogether(stocking("1", 3, listing("RED LANTERN")));
  await runtime.executeTogether(stocking("2", 5, listing("BLUE MUG")));
  await runtime.executeTogether(stocking(unprintable, 9, listing("PAPER CRAFT, LITTLE BIRDIE")));
  const server = await serve({ fetch: shopSite(runtime, { basePath: "/shop" }), port: 0 });
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  onTestFinished(async () => {
    await browser.close();
    await server.close();
  });
  const page = await browser.newPage({ viewport: { width: 1_280, height: 1_000 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.url}/shop`);
  return page;
}

describe("the page", () => {
  it("places an order over two products or none, and shows what becomes of it", async (ctx) => {
    const executablePath = chromiumPath();
    if (!executablePath) return ctx.skip(withoutChromium);
    const page = await openPage(executablePath);
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    const stockOf = (id: string) =>
      page
        .locator("#products tbody tr", { has: page.getByText(id, { exact: true }) })
        .locator("td")
        .nth(2);

    await page.getByRole("button", { name: "Add 1", exact: true }).click();
    await page.getByRole("button", { name: "Add 2", exact: true }).click();
    await page.getByLabel("Pieces of 2").fill("6");
    await page.getByRole("button", { name: "Place order" }).click();
    await page.getByText("Nothing was ordered. Product 2 has 5 left; 6 were asked for.").waitFor();
    expect(await stockOf("1").innerText()).toBe("3");

    await page.getByLabel("Pieces of 2").fill("2");
    await page.getByLabel("Pay within").selectOption("an hour");
    await page.getByRole("button", { name: "Place order" }).click();
    await stockOf("2").getByText("3", { exact: true }).waitFor();
    await stockOf("1").getByText("2", { exact: true }).waitFor();
    await page.getByRole("button", { name: /^Pay / }).click();
    await page.locator("#orders").getByText("paid").waitFor();

    await page.getByRole("searchbox").fill("lantern");
    await page.getByText("1 with “lantern”.").waitFor();
    await page.getByText(`product-${unprintable} stopped at version 2 in labels, 1 event waits`).waitFor();
    expect(problems).toEqual([]);
  });

  it("cancels an order that is not paid in time, and the products are back", async (ctx) => {
    const executablePath = chromiumPath();
    if (!executablePath) return ctx.skip(withoutChromium);
    const page = await openPage(executablePath);

    await page.getByRole("button", { name: "Add 1", exact: true }).click();
    await page.getByLabel("Pay within").selectOption("10 seconds");
    await page.getByRole("button", { name: "Place order" }).click();
    await page.locator("#orders").getByText("placed").waitFor();

    await page.locator("#orders").getByText("cancelled").waitFor();
    await page.locator("#products tbody tr", { hasText: "RED LANTERN" }).getByText("3", { exact: true }).waitFor();
  });
});
