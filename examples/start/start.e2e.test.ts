import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNotHere } from "@foldstream/example-engines";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChildProgram, runProgram } from "../../tests/child-program.ts";

/** Servers take their time to start on a busy machine. */
const patienceMs = 120_000;

let data: string;
const running: ChildProgram[] = [];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "foldstream-start-"));
  // PostgreSQL does not run as root, so its own user must be able to get to the folder.
  chmodSync(data, 0o755);
});

afterEach(async () => {
  for (const { process, ended } of running.splice(0)) {
    process.kill("SIGKILL");
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
});

function start(
  args: readonly string[] = ["--port", "0", "--flights", "0", "--invoices", "0"],
  environment: NodeJS.ProcessEnv = {},
): ChildProgram {
  const program = runProgram("examples/start/main.ts", args, { FOLDSTREAM_DATA: data, ...environment });
  running.push(program);
  return program;
}

async function urlOf(program: ChildProgram): Promise<string> {
  const [url = ""] = await program.printed(/http:\/\/localhost:\d+/);
  await program.printed(/Stop {4}Ctrl-C/);
  return url;
}

async function increment(url: string): Promise<Response> {
  return fetch(`${url}/counter/api/commands/counter/1/Increment`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
}

async function total(url: string, token = ""): Promise<unknown> {
  const answer = await fetch(`${url}/counter/api/queries/total?id=1`, {
    headers: token ? { "consistency-token": token } : {},
  });
  return answer.json();
}

describe("npm start", () => {
  it("prints what to open, answers there, and keeps its data across Ctrl-C and restart", async () => {
    const first = start();
    const url = await urlOf(first);
    const token = (await increment(url)).headers.get("consistency-token") ?? "";
    expect(await total(url, token)).toBe(1);
    first.process.kill("SIGINT");
    expect(await first.ended).toBe(0);

    const second = start();
    const again = await urlOf(second);

    expect(await total(again)).toBe(1);
    expect(second.output()).toContain(data);
  });

  it.for(["postgres", "dynamodb"] as const)(
    "starts what it needs with --engine %s, and ends it with Ctrl-C",
    { timeout: patienceMs },
    async (engine, { skip }) => {
      const why = whyNotHere(engine);
      if (why) skip(why);
      const program = start(["--engine", engine, "--port", "0", "--flights", "0", "--invoices", "0"]);
      const url = await urlOf(program);

      const answers = await Promise.all([increment(url), increment(url), increment(url)]);
      const tokens = answers.map(({ headers }) => headers.get("consistency-token") ?? "");
      for (const token of tokens) expect(await total(url, token)).toBeGreaterThan(0);
      await expect.poll(() => total(url), { timeout: patienceMs }).toBe(3);
      program.process.kill("SIGINT");

      expect(await program.ended, program.output()).toBe(0);
      expect(program.output()).toContain(engine === "postgres" ? "PostgreSQL, started here" : "moto's DynamoDB");
    },
  );

  it("says how many connections each example may open on PostgreSQL", { timeout: patienceMs }, async () => {
    const program = start(["--engine", "postgres", "--port", "0", "--flights", "0", "--invoices", "0"], {
      DATABASE_URL: "",
    });
    await urlOf(program);

    const budgets = program
      .output()
      .matchAll(/PostgreSQL at 127\.0\.0\.1:\d+, .*schema (\w+): at most (\d+) of (\d+) connections/g);

    expect([...budgets].map(([, ...found]) => found)).toEqual(
      expect.arrayContaining([
        ["counter", "10", "197"],
        ["flights", "10", "197"],
        ["shop", "10", "197"],
      ]),
    );
  });

  it("serves an index, all pages, their OpenAPI, status and metrics", async () => {
    const url = await urlOf(start());

    const index = await (await fetch(url)).text();
    for (const path of ["/counter/", "/flights/", "/shop/"]) {
      expect(index).toContain(`href="${path}"`);
      expect(await (await fetch(url + path)).text()).toContain("<title>");
      for (const route of ["openapi.json", "status", "metrics", "livez"])
        expect((await fetch(`${url}${path}api/${route}`)).status).toBe(200);
    }
  });

  it("replays departures by itself, and after a restart adds only what is missing", async () => {
    const first = start(["--port", "0", "--flights", "500", "--invoices", "0"]);
    await first.printed(/Flights: 5\d\d|Flights: 4\d\d departures added, 0 were there already/);
    first.process.kill("SIGINT");
    await first.ended;

    const second = start(["--port", "0", "--flights", "600", "--invoices", "20"]);

    const [, added, known] = await second.printed(/Flights: (\d+) departures added, (\d+) were there already/);
    expect(Number(added)).toBeLessThanOrEqual(100);
    expect(Number(known)).toBeGreaterThan(400);
    await second.printed(/Shop: 20 invoices added/);
  });

  it("says which port is taken and how to choose another", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };

    const program = start(["--flights", "0", "--invoices", "0"], { PORT: String(port) });

    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(new RegExp(`Port ${port} .* taken.*--port`));
    taken.close();
  });

  it.each([
    [["--port", "many"], /--port, PORT\) to be a whole number from 0 to 65535, found "many"/],
    [["--prot", "1"], /Unknown option '--prot'/],
    [["--engine", "oracle"], /--engine to be one of sqlite, duckdb, postgres, dynamodb, found "oracle"/],
  ])("refuses %j with the usage and exit code 2", async (args, message) => {
    const program = start(args);

    expect(await program.ended).toBe(2);
    expect(program.output()).toMatch(message);
    expect(program.output()).toContain("npm start -- [options]");
  });
});
