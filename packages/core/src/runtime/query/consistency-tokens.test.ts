import { describe, expect, it } from "vitest";
import { balance } from "../../../test/bank.ts";
import { deposit, quick, quickRuntimeOn } from "../../../test/bank-runtimes.ts";
import { memoryEngine } from "../../memory/index.ts";

describe("G6 consistency tokens", () => {
  it("make a query wait until it includes the command", async () => {
    const runtime = quickRuntimeOn(memoryEngine(), { ...quick, stepIntervalMs: 20 });
    await runtime.start();
    for (let count = 1; count <= 20; count++) {
      const after = await deposit(runtime, "a", 1);

      expect(await runtime.query(balance, { id: "a" }, { after })).toMatchObject({ ok: true, value: count });
    }
    await runtime.stop();
  });

  it("come to one token, which stands for all of them in every partition", async () => {
    const engine = memoryEngine({ partitions: 4 });
    const [reader, worker] = [quickRuntimeOn(engine), quickRuntimeOn(engine)];
    await reader.prepare();
    const ids = Array.from({ length: 20 }, (_, index) => `a${index}`);
    const tokens = await Promise.all(ids.map((id) => deposit(reader, id, 1)));
    const waiting = reader.query(balance, { id: "a0" }, { after: tokens });
    await worker.start();
    const answer = await waiting;
    await worker.stop();

    const { token = "" } = answer as { token?: string };
    expect(await reader.query(balance, { id: "a1" }, { after: token, waitMs: 0 })).toEqual({
      ok: true,
      value: 1,
      token,
    });
    const later = await Promise.all(ids.map((id) => deposit(reader, id, 1)));
    expect(later).not.toContain(token);
    expect(await reader.query(balance, { id: "a1" }, { after: [token, ...later], waitMs: 0 })).toMatchObject({
      ok: false,
    });
  });

  it("say what is missing when the wait runs out, and never answer stale", async () => {
    const runtime = quickRuntimeOn(memoryEngine());
    await runtime.prepare();
    const after = await deposit(runtime, "a", 2);

    const outcome = await runtime.query(balance, { id: "a" }, { after, waitMs: 30 });

    expect(outcome).toMatchObject({
      ok: false,
      reason: "not-yet-consistent",
      waitedMs: expect.any(Number),
      waitingFor: { projection: "balances", position: 0, target: { position: 2 } },
    });
  });

  it("notice progress that another process made", async () => {
    const engine = memoryEngine();
    const [reader, worker] = [quickRuntimeOn(engine), quickRuntimeOn(engine)];
    await reader.prepare();
    const after = await deposit(reader, "a", 3);

    const waiting = reader.query(balance, { id: "a" }, { after });
    await worker.start();

    expect(await waiting).toMatchObject({ ok: true, value: 3 });
    await worker.stop();
  });

  it("are refused when they are not tokens", async () => {
    const runtime = quickRuntimeOn(memoryEngine());
    await runtime.prepare();

    await expect(runtime.query(balance, { id: "a" }, { after: "rubbish" })).rejects.toMatchObject({
      code: "invalid-token",
    });
  });
});

describe("queries", () => {
  it("refuse invalid input with a pointer and unknown names with the nearest", async () => {
    const runtime = quickRuntimeOn(memoryEngine());

    expect(await runtime.ask("balance", { id: 1 })).toMatchObject({
      ok: false,
      reason: "invalid",
      issues: [{ pointer: "/id" }],
    });
    await expect(runtime.ask("balanse", {})).rejects.toMatchObject({ code: "unknown-name", nearest: ["balance"] });
  });
});
