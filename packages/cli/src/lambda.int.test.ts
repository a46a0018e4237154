import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { foldstream, jsonIn, startFoldstream } from "../test/foldstream.ts";
import { lambdaApp } from "../test/lambda-app.ts";

const without = whyNoDynamoDb();
const patience = { timeout: 150_000, interval: 100 };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The app as it runs, once it answers. */
async function running(app = lambdaApp()) {
  const port = await freePort();
  const program = startFoldstream(
    "lambda",
    "--config",
    app.config,
    "--entry",
    app.entry,
    "--port",
    String(port),
    "--json",
  );
  onTestFinished(() => void program.process.kill("SIGKILL"));
  await program.printed(/Ctrl-C ends it/);
  return { program, url: `http://127.0.0.1:${port}` };
}

async function total(url: string, token: string): Promise<unknown> {
  const headers = { "consistency-token": token, prefer: "wait=20" };
  const response = await fetch(`${url}/api/queries/total?id=a`, { headers });
  return response.status === 200 ? response.json() : response.status;
}

describe.skipIf(without)(`foldstream lambda${without ? ` (${without})` : ""}`, () => {
  it("serves the app, projects what commands did, executes what is in the queue, and ends with Ctrl-C", async () => {
    const { program, url } = await running();
    const press = () =>
      fetch(`${url}/api/commands/counter/a/Increment`, {
        method: "POST",
        body: '{"by":2}',
        headers: { "content-type": "application/json", "idempotency-key": "one" },
      });
    const token = (await press()).headers.get("consistency-token") ?? "";
    await press();

    await vi.waitFor(async () => expect(await total(url, token)).toBe(2), patience);

    const [, queueUrl] = /Queue counter-commands: (\S+)/.exec(program.output()) ?? [];
    const credentials = { accessKeyId: "any", secretAccessKey: "any" };
    const sqs = new SQSClient({ endpoint: new URL(queueUrl ?? "").origin, region: "eu-central-1", credentials });
    onTestFinished(() => sqs.destroy());
    const command = { aggregate: "counter", id: "a", command: "Increment", data: { by: 5 } };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(command) }));
    await vi.waitFor(async () => expect(await total(url, token)).toBe(7), patience);

    program.process.kill("SIGINT");
    expect(await program.ended).toBe(0);
    expect(jsonIn(program.output())).toMatchObject({
      ok: true,
      command: "lambda",
      url,
      functions: [{ name: "counter-http" }, { name: "counter-worker" }, { name: "counter-queue" }],
    });
  });

  it("refuses functions that lack one of the topology", async () => {
    const app = lambdaApp('{ name: "counter" }', "export const http = async () => ({ statusCode: 200 });");

    const { code, output } = await foldstream("lambda", "--config", app.config, "--entry", app.entry);

    expect([code, output]).toEqual([2, expect.stringContaining("expected an export `worker`")]);
  });
});

describe("foldstream lambda", () => {
  it.each([
    ["no topology", () => ({ ...lambdaApp("undefined") }), /exports no `topology`/],
    ["an entry that is not there", () => ({ ...lambdaApp(), entry: "nowhere.ts" }), /nowhere\.ts cannot be bundled/],
  ])("refuses %s", async (_, app, message) => {
    const { config, entry } = app();

    const { code, output } = await foldstream("lambda", "--config", config, "--entry", entry);

    expect([code, output]).toEqual([2, expect.stringMatching(message)]);
  });
});
