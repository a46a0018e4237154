import { client } from "@foldstream/client";
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { counters, runtimeOf } from "../../http/test/counters.ts";

/** DynamoDB's double takes its time. */
const patienceMs = 150_000;

/** The Worker of `test/counter-worker.ts` in workerd, on an engine whose feed and read models a process beside it keeps. */
async function openWorker() {
  const local = await startDynamoDb();
  onTestFinished(() => local.close());
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const engine = await dynamoDbEngine({
    client: { endpoint: local.endpoint, region: "eu-central-1", credentials },
    createTables: true,
  });
  onTestFinished(() => engine.close());
  const runtime = runtimeOf(counters, engine);
  await runtime.start();
  onTestFinished(() => runtime.stop());
  const worker = new Miniflare({
    modules: true,
    script: await bundled(),
    compatibilityDate: "2026-07-01",
    compatibilityFlags: ["nodejs_compat"],
    bindings: { DYNAMODB_ENDPOINT: local.endpoint },
  });
  onTestFinished(() => worker.dispose());
  const baseUrl = new URL("api", await worker.ready).href;
  return { runtime, api: client<typeof counters>({ baseUrl }), baseUrl };
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL("../test/counter-worker.ts", import.meta.url).pathname],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["@foldstream/source", "workerd", "worker", "browser"],
    external: ["node:*"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

describe("on a Cloudflare Worker", { timeout: 2 * patienceMs }, () => {
  it("G1 G2 G6 executes commands of many clients once each, and reads what was written", async ({ skip }) => {
    const why = whyNoDynamoDb();
    if (why) skip(why);
    const { api, baseUrl, runtime } = await openWorker();

    const first = await api.execute("counter", "a", "Increment", { by: 2 }, { commandId: "c1" });
    const again = await api.execute("counter", "a", "Increment", { by: 2 }, { commandId: "c1" });
    expect(first).toMatchObject({ ok: true, version: 1 });
    expect(again).toMatchObject({ ok: true, version: 1, replayed: true });

    const outcomes = await Promise.all(Array.from({ length: 8 }, () => api.execute("counter", "b", "Increment", {})));
    expect(outcomes.map(({ ok }) => ok)).toEqual(Array(8).fill(true));
    expect((await runtime.readStream("counter", "b")).events).toHaveLength(8);

    await vi.waitFor(
      async () => expect(await api.query("total", { id: "b" })).toEqual({ ok: true, value: { value: 8 } }),
      patienceMs,
    );
    const answer = await fetch(`${baseUrl}/commands/counter/a/Incremnt`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await answer.json()).toMatchObject({ status: 404, nearest: expect.arrayContaining(["Increment"]) });
  });
});
