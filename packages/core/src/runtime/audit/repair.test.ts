import { describe, expect, it, vi } from "vitest";
import {
  altered,
  balancesModel,
  caughtUp,
  depositsModel,
  fiveAccounts,
  keepDepositing,
  placedFacts,
  runtimeOn,
  settledBank,
  tamper,
} from "../../../test/audits.ts";
import { memoryEngine } from "../../memory/index.ts";
import { factPlace } from "../../port/index.ts";

describe("a repair", () => {
  it("G8 writes what the log gives, and nothing else, and then nothing is left to find", async () => {
    const { engine } = await fiveAccounts();
    const before = await engine.readModels.scan(balancesModel, { limit: 100 });
    const facts = await placedFacts(engine);
    const stray = (await altered(engine, "a", {})).row;
    const rows = [{ key: "a", row: null }, await altered(engine, "b", { cents: 1 }), { key: "x", row: stray }];
    await tamper(engine, balancesModel, { rows });
    const [gone, changed] = [factPlace(facts[0]?.key ?? ""), factPlace(facts[3]?.key ?? "")];
    await tamper(engine, depositsModel, { partition: gone.partition, facts: [{ ...gone, row: null }] });
    const other = { account: "z", cents: 7 };
    await tamper(engine, depositsModel, {
      partition: changed.partition,
      facts: [
        { ...changed, row: other },
        { position: 900, index: 0, row: other },
      ],
    });

    const found = await runtimeOn(engine).repair();

    expect(found).toMatchObject([
      { ok: false, drift: { missing: 1, stale: 0, extra: 1, corrupt: 1 }, repaired: 3 },
      { ok: false, drift: { missing: 1, stale: 0, extra: 1, corrupt: 1 }, repaired: 3 },
    ]);
    expect(await runtimeOn(engine).audit()).toMatchObject([
      { ok: true, repaired: 0 },
      { ok: true, repaired: 0 },
    ]);
    expect(await engine.readModels.scan(balancesModel, { limit: 100 })).toEqual(before);
    expect(await placedFacts(engine)).toEqual(facts);
  });

  it("G8 repairs what one pass does not hold, and what is too much to list", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `account-${index}`);
    const { engine } = await settledBank(async (run) => {
      await Promise.all(ids.map((id) => run(id, "Deposit", 10)));
    });
    await tamper(engine, balancesModel, { rows: ids.slice(0, 40).map((key) => ({ key, row: null })) });

    const runtime = runtimeOn(engine, { auditKeysPerPass: 7, auditFindings: 3 });

    expect(await runtime.repair({ projections: ["balances"] })).toMatchObject([
      { drift: { missing: 40 }, repaired: 40 },
    ]);
    expect(await runtime.audit({ projections: ["balances"] })).toMatchObject([{ ok: true, rows: 60 }]);
  });

  it("G8 takes no event twice and loses none while commands keep arriving", async () => {
    const engine = memoryEngine({ partitions: 3 });
    const runtime = runtimeOn(engine, { leaseMs: 300 });
    await runtime.start();
    const deposits = keepDepositing(runtime);
    await vi.waitUntil(() => deposits.sent() > 50);
    const wrong = { cents: -5, entries: 0, lastAt: "2026-01-01T00:00:00.000Z" };
    await tamper(engine, balancesModel, { partition: "nowhere", rows: [{ key: "account-1", row: wrong }] });

    await runtimeOn(engine, { leaseMs: 300 }).repair();
    await deposits.stop();
    await caughtUp(runtime);
    await runtime.stop();

    const rows = await engine.readModels.reader(balancesModel).find();
    expect(rows.reduce((sum, { cents }) => sum + Number(cents), 0)).toBe(deposits.sent());
    expect(await engine.readModels.reader(depositsModel).count()).toBe(deposits.sent());
  });
});
