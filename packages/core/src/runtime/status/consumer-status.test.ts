import { describe, expect, it } from "vitest";
import { PoisonedBank } from "../../../test/parking.ts";
import { memoryEngine } from "../../memory/index.ts";
import type { ProjectionStatus } from "./status.ts";

const leaseMs = 5_000;

/** The first projection's status, as another process reads it that runs nothing. */
async function fromOutside(bank: PoisonedBank): Promise<ProjectionStatus> {
  const [status] = (await bank.runtimeOn(bank.engine).status()).projections;
  return status as ProjectionStatus;
}

describe("the status that another process reads", () => {
  it("needs nothing prepared, and prepares nothing", async () => {
    const engine = memoryEngine();
    const bank = new PoisonedBank({ engine });
    await bank.deposit("a");

    const status = await fromOutside(bank);

    expect(status).toMatchObject({
      state: "stopped",
      health: "working",
      parked: 0,
      partitions: [{ position: 0, lag: 1 }],
    });
    expect(await engine.readModels.builds.list("sums")).toEqual([]);
  });

  it("tells what the worker does: who it is, when it took a step, how fast it goes", async () => {
    const bank = new PoisonedBank();
    await bank.start();
    await bank.deposit("a", "b");
    await bank.time.advance(leaseMs);

    const status = await fromOutside(bank);

    const { worker } = await bank.runtime.status();
    expect(status).toMatchObject({
      state: "stopped",
      health: "idle",
      holder: worker,
      work: { state: "idle", leaseMs },
    });
    expect(status.work?.steppedAt).toBeGreaterThan(status.work?.since as number);
    expect(status.work?.eventsPerSecond).toBeGreaterThan(0);
  });

  it("takes no lease, and lets the worker go on", async () => {
    const bank = new PoisonedBank();
    await bank.start();
    const epochOf = async () => (await bank.target.leases.read([bank.sums]))[0]?.epoch;
    const before = await epochOf();

    await fromOutside(bank);
    await bank.deposit("a");
    await bank.time.advance(leaseMs);

    expect(await epochOf()).toBe(before);
    expect(await bank.status()).toMatchObject({ state: "idle", health: "idle" });
  });

  it("tells a stalled projection from an idle one: its worker has stopped, and events wait", async () => {
    const bank = new PoisonedBank();
    await bank.start();
    await bank.deposit("a");
    await bank.time.advance(leaseMs);
    await bank.during(bank.runtime.stop());
    await bank.time.advance(10 * leaseMs);
    expect(await fromOutside(bank)).toMatchObject({ health: "idle", work: { state: "stopped" } });

    bank.runtime = bank.runtimeOn(bank.engine);
    await bank.deposit("b");
    await bank.time.advance(leaseMs);
    expect(await fromOutside(bank)).toMatchObject({ health: "working", partitions: [{ lag: 1, lagMs: leaseMs }] });
    await bank.time.advance(2 * leaseMs);
    expect(await fromOutside(bank)).toMatchObject({ health: "stalled", partitions: [{ lag: 1, lagMs: 3 * leaseMs }] });

    await bank.start();
    await bank.time.advance(leaseMs);
    expect(await fromOutside(bank)).toMatchObject({ health: "idle", partitions: [{ lag: 0, lagMs: 0 }] });
  });

  it("tells that a projection is halted, and on what", async () => {
    const bank = new PoisonedBank({ parking: { atMost: 0 } });
    bank.poison.events.add("a@1");
    await bank.start();
    await bank.deposit("a");
    await bank.time.advance(2 * leaseMs);

    const status = await fromOutside(bank);

    expect(status).toMatchObject({
      health: "halted",
      work: { state: "halted", error: expect.stringContaining("a@1") },
    });
    expect(status.work?.error?.length).toBeLessThanOrEqual(300);
  });

  it("tells the last audit, whoever did it, also after another worker has taken over", async () => {
    const bank = new PoisonedBank();
    await bank.start();
    await bank.deposit("a");
    await bank.time.advance(leaseMs);
    const auditor = bank.runtimeOn(bank.engine);
    await auditor.prepare();
    const [audit] = await bank.during(auditor.audit({ sample: { part: 0, of: 1 } }));
    const { ok, at, rows } = audit as NonNullable<typeof audit>;

    const before = await fromOutside(bank);
    await bank.restart();
    await bank.time.advance(leaseMs);

    const lastAudit = { ok, at, rows, indexes: 0, drift: { missing: 0 }, sample: { part: 0, of: 1 } };
    expect(before).toMatchObject({ lastAudit, work: { state: "idle" } });
    expect(before.lastAudit).not.toHaveProperty("drifted");
    expect(await fromOutside(bank)).toMatchObject({ lastAudit, health: "idle" });
  });
});
