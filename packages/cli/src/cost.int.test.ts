import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fillFile, scratchFolder } from "../test/files.ts";
import { foldstream, jsonIn } from "../test/foldstream.ts";

const traffic = {
  commands: { perSecond: 1 },
  events: { dataBytes: 100 },
  streams: { commandsEach: 10 },
  projections: [{ name: "totals", rows: 1_000 }],
};

/** A module that exports a topology and an engine, and a profile, in a folder of their own. */
function given(profile: object = traffic, topology = '{ name: "counter" }') {
  const folder = scratchFolder();
  const sqlite = new URL("../../sqlite/src/index.ts", import.meta.url).href;
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const config = file(
    "foldstream.config.ts",
    `import { sqliteEngine } from "${sqlite}";
    export const topology = ${topology};
    export const engine = () => sqliteEngine({ path: "${join(folder, "app.db")}" });`,
  );
  const traffic = file("traffic.json", JSON.stringify(profile));
  return { folder, file, traffic, args: ["--config", config, "--profile", traffic] };
}

describe("foldstream cost", () => {
  it("tells the bill by service, beside other topologies, and the quotas that are met first", async () => {
    const { code, output } = await foldstream("cost", "--profile", given().traffic);

    expect(code).toBe(0);
    expect(output).toMatch(/^A month in us-east-1 +USD\nDynamoDB +\d+\.\d\d\n/m);
    expect(output).toMatch(/^total +\d+\.\d\d$/m);
    expect(output).toMatch(/^woken through Kinesis +\d+\.\d\d +\+\d+\.\d\d$/m);
    expect(output).toMatch(/met at commands\/s/);
    expect(output).toContain("no price is known: EventBridge schedules");
  });

  it("finds the configuration that lies beside the profile", async () => {
    const { code, output } = await foldstream("cost", "--profile", given().args[3] as string);

    expect([code, output]).toEqual([0, expect.stringContaining("A month in us-east-1")]);
  });

  it("explains each figure: quantity, price, amount, and where they are from", async () => {
    const { output } = await foldstream("cost", ...given().args, "--explain");

    const [, quantity = "", price = "", amount] =
      /appends: writes: ([\d,]+) request units x ([\d.]+) = ([\d.]+)/.exec(output) ?? [];
    expect((Number(quantity.replaceAll(",", "")) * Number(price)).toFixed(2)).toBe(amount);
    expect(output).toContain("dynamodb.write-request-unit by https://aws.amazon.com/dynamodb/pricing/");
  });

  it("takes another region's prices, or a file of one's own", async () => {
    const { args, file } = given();
    const source = "https://example.org/";
    const price = { amount: 1_000, asOf: "2026-10", source };
    const own = { region: "here", currency: "CHF", asOf: "2026-10", prices: { "cloudwatch.dashboard-month": price } };

    const ireland = await foldstream("cost", ...args, "--region", "eu-west-1");
    const here = await foldstream("cost", ...args, "--prices", file("prices.json", JSON.stringify(own)), "--json");

    expect(ireland.output).toContain("no price of changes captured for Kinesis");
    expect(jsonIn(here.output)).toMatchObject({ ok: true, region: "here", currency: "CHF", total: 1_000 });
  });

  it("takes the sizes of events from the log, where it is told to", async () => {
    const { args, folder } = given();
    await fillFile(join(folder, "app.db"), 100, { streams: 5, note: "n".repeat(500) });

    const { output } = await foldstream("cost", ...args, "--measure", "--json");

    const { measured } = jsonIn(output);
    expect(measured).toMatchObject({ sample: 90, events: { perCommand: 1 }, streams: { commandsEach: 18 } });
    expect(measured.events.dataBytes).toBeGreaterThan(500);
  });

  it("tells the difference a change makes, and fails above a limit", async () => {
    const before = given();
    const after = given({ ...traffic, commands: { perSecond: 2 } });
    const earlier = before.file("before.json", (await foldstream("cost", ...before.args, "--json")).output);
    const compared = (...more: string[]) => foldstream("cost", ...after.args, "--against", earlier, ...more);

    const { code, output } = await compared();
    expect(code).toBe(0);
    expect(output).toMatch(/^The change +before +after\nDynamoDB +[\d.]+ +[\d.]+ +\+[\d.]+$/m);
    expect((await compared("--fail-above", "1000")).code).toBe(0);
    expect((await compared("--fail-above", "0.5")).code).toBe(1);
    expect((await compared("--fail-above", "10%")).code).toBe(1);
    expect((await foldstream("cost", ...before.args, "--against", earlier, "--fail-above", "0")).code).toBe(0);
    expect((await foldstream("cost", ...before.args, "--fail-above", "1")).code).toBe(1);
    expect(JSON.parse(readFileSync(earlier, "utf8")).command).toBe("cost");
  });

  it.each([
    ["a profile that does not fit", [{}], [], /traffic\.json: commands: .*events: /],
    ["a topology that cannot be", [traffic, '{ name: "Counter" }'], [], /name: expected 1 to 30/],
    ["a region without prices", [traffic], ["--region", "mars-1"], /--region: There is no price list for mars-1/],
    ["a file that is not there", [traffic], ["--prices", "nowhere.json"], /Cannot read nowhere\.json/],
    ["a percentage of nothing", [traffic], ["--fail-above", "10%"], /needs --against/],
    ["a limit that is none", [traffic], ["--fail-above", "much"], /Expected an amount such as 20/],
    ["a log that is empty", [traffic], ["--measure"], /holds no events yet/],
  ] as const)("refuses %s", async (_, [profile, topology], more, message) => {
    const { code, output } = await foldstream("cost", ...given(profile, topology).args, ...more);

    expect(code).toBe(2);
    expect(output).toMatch(message);
  });
});
