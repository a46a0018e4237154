import { describe, expect, it, vi } from "vitest";
import {
  balancesModel,
  caughtUp,
  fiveAccounts,
  keepDepositing,
  moveCheckpoint,
  none,
  only,
  quick,
  runtimeOn,
  tamper,
} from "../../../test/audits.ts";
import { bank, realEnvironment } from "../../../test/bank.ts";
import { createRuntime, type ReadModelAudit, type Runtime } from "../../index.ts";
import { memoryEngine } from "../../memory/index.ts";

describe("an audit while commands keep arriving", () => {
  it("G8 finds nothing, and what is wrong all the same", async () => {
    const engine = memoryEngine({ partitions: 3 });
    const runtime = runtimeOn(engine, { eventsPerStep: 40, auditKeysPerPass: 4 });
    await runtime.start();
    const deposits = keepDepositing(runtime);

    const audits: ReadModelAudit[] = [];
    while (deposits.sent() < 150) audits.push(...(await runtime.audit()));
    const row = { cents: 1, entries: 1, lastAt: "2026-01-01T00:00:00.000Z" };
    await tamper(engine, balancesModel, { partition: "nowhere", rows: [{ key: "x", row }] });
    const after = await runtime.audit();
    await deposits.stop();
    await runtime.stop();

    expect(audits.map(({ drift, problem }) => ({ drift, problem }))).toEqual(
      audits.map(() => ({ drift: none, problem: undefined })),
    );
    expect(after).toMatchObject([{ drift: { ...none, extra: 1 }, drifted: [{ key: "x" }] }, { drift: none }]);
  });
});

describe("an audit of rows that are written while it looks at them", () => {
  it.each([
    ["balances", 6],
    ["deposits", 1],
  ])("G8 judges no row of %s by a step that came between the checkpoint and the row", async (name, scans) => {
    const { engine } = await fiveAccounts(1);
    const live = runtimeOn(engine);
    await live.start();
    const { readModels } = engine;
    let steps = 0;
    const scan: typeof readModels.scan = async (model, options) => {
      if (model.name === name && steps++ < 5) await depositAndWait(live);
      return readModels.scan(model, options);
    };

    const audited = runtimeOn({ ...engine, readModels: { ...readModels, scan } }).audit({ projections: [name] });

    expect(only(await audited)).toMatchObject({ ok: true, drift: none, unsettled: 0 });
    expect(steps).toBeGreaterThanOrEqual(scans);
    await live.stop();
  });

  it.each([
    [15, true],
    [14, false],
  ])(
    "G8 believes a row of a target without transactions that says it includes position %i of 15: %s",
    async (position, ok) => {
      const { engine } = await fiveAccounts(1);
      await moveCheckpoint(engine, balancesModel, "0", -1);
      const { readModels } = engine;
      const documents: typeof readModels = {
        ...readModels,
        loadDocuments: async () => new Map(),
        async scan(model, options) {
          const { rows, ...page } = await readModels.scan(model, options);
          const said = rows.map((row) =>
            "row" in row && row.key === "e" ? { ...row, includes: { "0": position } } : row,
          );
          return { ...page, rows: said };
        },
      };

      const audited = await runtimeOn({ ...engine, readModels: documents }).audit({ projections: ["balances"] });

      expect(only(audited).ok).toBe(ok);
    },
  );
});

describe("the audit in the background", () => {
  it("G8 comes to every key, a sample at a time, and tells the observer and the status", async () => {
    const { engine } = await fiveAccounts();
    await tamper(engine, balancesModel, { rows: [{ key: "c", row: null }] });
    const told: ReadModelAudit[] = [];
    const settings = { ...quick, auditEveryMs: 1, auditParts: 4 };
    const observer = { audited: (audit: ReadModelAudit) => told.push(audit) };
    const runtime = createRuntime(bank, { engine, environment: realEnvironment, settings, observer });

    await runtime.start();
    await vi.waitUntil(() => told.length >= 8, 20_000);
    await runtime.stop();

    const tables = told.filter(({ projection: name }) => name === "balances").slice(0, 4);
    expect(tables.reduce((sum, { rows }) => sum + rows, 0)).toBe(4);
    expect(tables.flatMap(({ drifted }) => drifted)).toEqual([{ kind: "missing", key: "c", columns: [] }]);
    expect((await runtime.status()).projections.map(({ lastAudit }) => lastAudit?.version)).toEqual([1, 1]);
  });

  it("rests where it is not asked for, and ends with the runtime in the middle of its work", async () => {
    const { engine } = await fiveAccounts();
    let audits = 0;
    const observer = { audited: () => audits++ };
    const slow = { ...quick, auditEveryMs: 1, auditParts: 1, auditPerSecond: 0.001 };
    const [asked, idle] = [slow, quick].map((settings) =>
      createRuntime(bank, { engine, environment: realEnvironment, settings, observer }),
    );

    await asked?.start();
    await asked?.stop();
    await idle?.start();
    await idle?.stop();

    expect(audits).toBe(0);
  });
});

/** Deposits a cent, and waits until the balance shows it. */
async function depositAndWait(live: Runtime): Promise<void> {
  await live.dispatch({ aggregate: "account", id: "a", command: "Deposit", data: { cents: 1 } });
  await caughtUp(live);
}
