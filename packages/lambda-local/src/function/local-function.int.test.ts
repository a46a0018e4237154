import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { writtenFunctions } from "../../test/written-functions.ts";
import { ownLoop, runtimeClient } from "../copy/runtime-client.ts";
import { LocalFunction, type LocalFunctionOptions } from "./local-function.ts";

const code = `
  const copy = Math.random();
  let calls = 0;
  let longestPause = 0;
  let last = performance.now();
  setInterval(() => {
    longestPause = Math.max(longestPause, performance.now() - last);
    last = performance.now();
  }, 5);
  export const echo = async (event, context) => ({
    event, copy, calls: ++calls, left: context.getRemainingTimeInMillis(), id: context.awsRequestId,
    region: process.env.AWS_REGION, own: process.env.OWN,
  });
  export const pause = async () => { await new Promise((go) => setTimeout(go, 10)); return longestPause; };
  export const slow = () => new Promise(() => undefined);
  export const broken = async () => { throw new TypeError("it is broken"); };
  export const loud = async () => { console.log("a line of the function"); };
`;

const ownClient = ownLoop();
const clients = new Map([runtimeClient(), ownClient].map((client) => [client.name, client]));

describe.each([...clients.values()])("a function run by $name", (client) => {
  const start = (handler: string, options: Partial<LocalFunctionOptions> = {}) => {
    const local = new LocalFunction({
      ...{
        name: "tried",
        client,
        root: writtenFunctions(code),
        handler: `index.${handler}`,
        concurrency: 2,
        timeoutMs: 60_000,
      },
      environment: { OWN: "mine" },
      ...options,
    });
    onTestFinished(() => local.close());
    return local;
  };
  const payloadOf = async (local: LocalFunction, event: unknown = {}) => {
    const invoked = await local.invoke(event);
    if (invoked.kind !== "answered") throw new Error(JSON.stringify(invoked));
    return invoked.payload as Readonly<Record<string, unknown>>;
  };

  it("answers, in a copy that is kept warm", async () => {
    const local = start("echo");

    const first = await payloadOf(local, { a: 1 });
    const second = await payloadOf(local, { a: 2 });

    expect(first).toMatchObject({ event: { a: 1 }, calls: 1, region: "eu-central-1", own: "mine" });
    expect(second).toMatchObject({ event: { a: 2 }, calls: 2, copy: first.copy });
    expect(second.id).not.toBe(first.id);
    expect(first.left).toBeLessThanOrEqual(60_000);
    expect(local.cold).toBe(1);
  });

  it("starts a copy for each invocation at the same time, and throttles beyond the reserved ones", async () => {
    const local = start("echo");

    const invoked = await Promise.all([local.invoke({}), local.invoke({}), local.invoke({})]);

    expect(invoked.map(({ kind }) => kind)).toEqual(["answered", "answered", "throttled"]);
    expect([local.cold, local.throttled]).toEqual([2, 1]);
  });

  it("stands still between invocations", async () => {
    const local = start("pause");
    await payloadOf(local);

    await sleep(300);

    expect(await payloadOf(local)).toBeGreaterThanOrEqual(290);
  });

  it("is ended when its time is up, and the next invocation gets another copy", async () => {
    const local = start("slow", { timeoutMs: 50 });

    expect([await local.invoke({}), await local.invoke({})]).toEqual([{ kind: "ended" }, { kind: "ended" }]);
    expect([local.cold, local.cutOff]).toEqual([2, 2]);
  });

  it("is ended in the middle when it is killed, also while it stands still", async () => {
    const local = start("slow");
    const invoking = local.invoke({});
    await vi.waitFor(() => expect(local.isBusy).toBe(true), { timeout: 120_000 });
    local.pauseOne(60_000);

    local.killOne();

    expect(await invoking).toEqual({ kind: "ended" });
  });

  it("fails with the error that the handler threw", async () => {
    expect(await start("broken").invoke({})).toMatchObject({
      kind: "failed",
      error: { errorType: "TypeError", errorMessage: "it is broken" },
    });
  });

  it("fails with what it printed when it cannot start", async () => {
    const local = start("echo", { root: writtenFunctions('throw new Error("no table");') });

    expect(await local.invoke({})).toMatchObject({
      kind: "failed",
      error: { errorMessage: expect.stringMatching(/index\.echo did not start/) },
    });
  });

  it("hands on what it prints", async () => {
    const printed: string[] = [];
    const local = start("loud", { onOutput: (text) => void printed.push(text) });

    await local.invoke({});

    await vi.waitFor(() => expect(printed.join("")).toContain("a line of the function"), 30_000);
  });

  it("leaves no process behind", async () => {
    const local = start("echo");
    await local.invoke({});

    await local.close();

    expect(await local.invoke({})).toMatchObject({ kind: "failed" });
  });
});
