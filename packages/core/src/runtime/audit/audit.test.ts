import { describe, expect, it } from "vitest";
import {
  altered,
  balancesModel,
  depositsModel,
  fiveAccounts,
  moveCheckpoint,
  none,
  only,
  placedFacts,
  runtimeOn,
  settledBank,
  tamper,
} from "../../../test/audits.ts";
import { account, balances, deposits } from "../../../test/bank.ts";
import { app, projection, t, table } from "../../index.ts";
import { memoryEngine } from "../../memory/index.ts";
import { type Engine, factPlace } from "../../port/index.ts";
import { readModelOf } from "../projection/fold.ts";

describe("an audit of a table", () => {
  it("G8 finds nothing where every row is as the log says", async () => {
    const { audit } = await fiveAccounts();

    expect(await audit("balances")).toMatchObject({
      ok: true,
      rows: 5,
      drift: none,
      drifted: [],
      unsettled: 0,
      undecided: 0,
    });
  });

  it.each<[string, (engine: Engine) => Promise<void>, object]>([
    [
      "a changed value",
      async (engine) => tamper(engine, balancesModel, { rows: [await altered(engine, "a", { cents: 61 })] }),
      { kind: "corrupt", key: "a", columns: ["cents"] },
    ],
    [
      "a row that is gone",
      (engine) => tamper(engine, balancesModel, { rows: [{ key: "b", row: null }] }),
      { kind: "missing", key: "b", columns: [] },
    ],
    [
      "a row that nothing gives",
      async (engine) => {
        const row = { cents: 1, entries: 1, lastAt: "2026-01-01T00:00:00.000Z" };
        await tamper(engine, balancesModel, { rows: [{ key: "x", row }] });
      },
      { kind: "extra", key: "x", columns: [] },
    ],
    [
      "a key in other letters",
      async (engine) => {
        const { row } = await altered(engine, "c", {});
        await tamper(engine, balancesModel, { rows: [{ key: "C", row }] });
      },
      { kind: "extra", key: "C", columns: [] },
    ],
    [
      "a number that is off by the last bit",
      async (engine) => tamper(engine, balancesModel, { rows: [await altered(engine, "d", { cents: 2 ** 53 - 1 })] }),
      { kind: "corrupt", key: "d", columns: ["cents"] },
    ],
  ])("G8 finds %s", async (_, corrupt, row) => {
    const { engine, audit } = await fiveAccounts();

    await corrupt(engine);

    expect(await audit("balances")).toMatchObject({ ok: false, drifted: [row] });
  });

  it("G8 calls a row stale that was right once, also when it should be gone by now", async () => {
    const { engine, audit } = await settledBank(async (run) => {
      for (const id of ["open", "shut"]) for (const cents of [10, 20]) await run(id, "Deposit", cents);
      await run("shut", "Close");
    });
    const events = await engine.eventStore.read("account-open", { after: 0, limit: 1 });
    const lastAt = new Date(events[0]?.recordedAt ?? 0).toISOString();
    const shut = await engine.eventStore.read("account-shut", { after: 1, limit: 1 });
    const rows = [
      { key: "open", row: { cents: 10, entries: 1, lastAt } },
      { key: "shut", row: { cents: 30, entries: 2, lastAt: new Date(shut[0]?.recordedAt ?? 0).toISOString() } },
    ];

    await tamper(engine, balancesModel, { rows });

    const { drift, drifted } = await audit("balances");
    expect(drift).toEqual({ ...none, stale: 2 });
    expect(drifted).toMatchObject([
      { kind: "stale", key: "open" },
      { kind: "stale", key: "shut" },
    ]);
  });

  it("G8 finds two rows that were swapped", async () => {
    const { engine, audit } = await settledBank(async (run) => {
      await run("a", "Deposit", 1);
      await run("b", "Deposit", 2);
    });
    const [a, b] = [await altered(engine, "a", {}), await altered(engine, "b", {})];

    await tamper(engine, balancesModel, {
      rows: [
        { key: "a", row: b.row },
        { key: "b", row: a.row },
      ],
    });

    expect((await audit("balances")).drift).toEqual({ ...none, corrupt: 2 });
  });

  it("G8 finds rows that are ahead of a checkpoint moved back", async () => {
    const { engine, audit } = await fiveAccounts(1);

    await moveCheckpoint(engine, balancesModel, "0", -3);

    expect((await audit("balances")).drift).toEqual({ ...none, corrupt: 3 });
  });

  it("G8 finds rows that are behind a checkpoint moved forward", async () => {
    const { engine, audit } = await fiveAccounts(1);
    const later = runtimeOn(engine);
    for (const id of ["a", "f"])
      await later.dispatch({ aggregate: "account", id, command: "Deposit", data: { cents: 5 } });

    await moveCheckpoint(engine, balancesModel, "0", 2);

    const { drifted } = await audit("balances");
    expect(drifted).toEqual([
      { kind: "stale", key: "a", columns: ["cents", "entries", "lastAt"] },
      { kind: "missing", key: "f", columns: [] },
    ]);
  });

  it("G8 says when the checkpoint is beyond the log", async () => {
    const { engine, audit } = await fiveAccounts(1);

    await moveCheckpoint(engine, balancesModel, "0", 2);

    const { ok, problem } = await audit("balances");
    expect(ok).toBe(false);
    expect(problem).toMatch(/checkpoint is at position 17 of partition 0, but the log ends at 15/);
  });

  it("G8 never calls lag drift: a read model that has seen a part of the log, or nothing, is in order", async () => {
    const { engine, runtime, audit } = await fiveAccounts();
    const later = runtimeOn(engine);
    for (const id of ["a", "f"])
      await later.dispatch({ aggregate: "account", id, command: "Deposit", data: { cents: 5 } });
    const nothing = { ...engine, readModels: memoryEngine({ partitions: 3 }).readModels };

    expect(await audit("balances")).toMatchObject({ ok: true, rows: 5 });
    expect(await runtimeOn(nothing).audit()).toMatchObject([
      { ok: true, rows: 0 },
      { ok: true, rows: 0 },
    ]);
    expect((await runtime.status()).projections.map(({ lastAudit }) => lastAudit?.ok)).toEqual([true, undefined]);
  });

  it("G8 holds no more rows than it may at a time, and finds the same", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `account-${index}`);
    const { engine } = await settledBank(async (run) => {
      await Promise.all(ids.map((id) => run(id, "Deposit", 10)));
    });
    await tamper(engine, balancesModel, {
      rows: [
        { key: "account-7", row: null },
        await altered(engine, "account-8", { entries: 9 }),
        { key: "x", row: (await altered(engine, "account-9", {})).row },
      ],
    });
    const events: number[] = [];
    const audits = [60, 7, 1].map(async (auditKeysPerPass) => {
      const onProgress = (progress: { readonly events: number }) => events.push(progress.events);
      return only(await runtimeOn(engine, { auditKeysPerPass }).audit({ projections: ["balances"], onProgress }));
    });

    for (const { rows, drift } of await Promise.all(audits)) {
      expect(rows).toBe(60);
      expect(drift).toEqual({ missing: 1, stale: 0, extra: 1, corrupt: 1 });
    }
    expect(Math.max(...events)).toBeGreaterThan(60 * 30);
  });

  it("G8 finds in a sample what is in it: all parts together find all", async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `account-${index}`);
    const { engine, runtime } = await settledBank(async (run) => {
      await Promise.all(ids.map((id) => run(id, "Deposit", 10)));
    });
    const wrong = ["account-3", "account-77", "account-150"];
    await tamper(engine, balancesModel, {
      rows: await Promise.all(wrong.map((key) => altered(engine, key, { cents: 1 }))),
    });
    const place = factPlace((await placedFacts(engine))[5]?.key ?? "");
    await tamper(engine, depositsModel, { partition: place.partition, facts: [{ ...place, row: null }] });

    const parts = await Promise.all([0, 1, 2, 3].map((part) => runtime.audit({ sample: { part, of: 4 } })));

    const [tables, facts] = [parts.map(([one]) => one), parts.map(([, one]) => one)];
    expect(tables.flatMap((one) => one?.drifted.map(({ key }) => key) ?? []).sort()).toEqual(wrong.toSorted());
    expect(tables.reduce((sum, one) => sum + (one?.rows ?? 0), 0)).toBe(200);
    expect(tables.every((one) => (one?.rows ?? 0) > 25 && (one?.rows ?? 0) < 90)).toBe(true);
    expect(facts.map((one) => one?.drift.missing).sort()).toEqual([0, 0, 0, 1]);
    expect(facts.reduce((sum, one) => sum + (one?.rows ?? 0), 0)).toBe(200);
  });

  it("lists as many rows as it may, and counts all", async () => {
    const { engine } = await fiveAccounts();
    await tamper(engine, balancesModel, { rows: ["a", "b", "c"].map((key) => ({ key, row: null })) });

    const [found] = await runtimeOn(engine, { auditFindings: 2 }).audit({ projections: ["balances"] });

    expect(found?.drift).toEqual({ ...none, missing: 3 });
    expect(found?.drifted).toHaveLength(2);
  });

  it("refuses a name that the app does not have, and stops when it is told to", async () => {
    const { runtime } = await fiveAccounts();
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error("enough"));

    await expect(runtime.audit({ projections: ["balance"] })).rejects.toMatchObject({ code: "unknown-name" });
    await expect(runtime.audit({ signal: stop.signal, onProgress })).rejects.toThrow("enough");
  });
});

describe("an audit of rows made of several partitions", () => {
  const columns = { id: t.key(), cents: t.integer(), last: t.text() };
  const sums = projection("sums", {
    version: 1,
    from: [account],
    key: () => "all",
    into: table(columns),
    on: {
      "account.Deposited": (row, { data, stream }) => ({ cents: (row?.cents ?? 0) + data.cents, last: stream.id }),
    },
  });
  const unordered = app({ aggregates: [account], projections: [sums], queries: [] });
  const filled = () =>
    settledBank(
      async (run) => {
        for (const id of ["a", "b", "c", "d", "e", "f", "g", "h"]) await run(id, "Deposit", 10);
      },
      { app: unordered },
    );

  it("G8 does not call drift what depends on their order alone", async () => {
    const { engine, audit } = await filled();

    for (const last of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      await tamper(engine, readModelOf(sums), { rows: [{ key: "all", row: { cents: 80, last } }] });
      expect((await audit("sums")).drift).toEqual(none);
    }
  });

  it("G8 still finds what does not", async () => {
    const { engine, audit } = await filled();
    const [found] = await engine.readModels.reader(readModelOf(sums)).find();

    await tamper(engine, readModelOf(sums), { rows: [{ key: "all", row: { ...found, cents: 79 } }] });

    expect((await audit("sums")).drifted).toMatchObject([{ kind: "corrupt", key: "all" }]);
  });
});

describe("an audit of facts", () => {
  it.each<[string, (engine: Engine) => Promise<void>, object]>([
    ["nothing where each is as the log says", async () => undefined, none],
    [
      "facts that are gone, the first and the last",
      async (engine) => {
        const all = await placedFacts(engine);
        for (const { key } of [all[0], all.at(-1)].filter((one) => one !== undefined)) {
          const place = factPlace(key);
          await tamper(engine, depositsModel, { partition: place.partition, facts: [{ ...place, row: null }] });
        }
      },
      { ...none, missing: 2 },
    ],
    [
      "a fact that is there twice",
      async (engine) => {
        const [{ key, row } = { key: "", row: {} }] = await placedFacts(engine);
        const place = factPlace(key);
        await tamper(engine, depositsModel, { partition: place.partition, facts: [{ ...place, index: 1, row }] });
      },
      { ...none, extra: 1 },
    ],
    [
      "a fact that was changed",
      async (engine) => {
        const [{ key, row } = { key: "", row: {} }] = await placedFacts(engine);
        const place = factPlace(key);
        const changed = { ...place, row: { ...row, cents: 11 } };
        await tamper(engine, depositsModel, { partition: place.partition, facts: [changed] });
      },
      { ...none, corrupt: 1 },
    ],
    [
      "a fact beyond the log, and one of a partition that is none",
      async (engine) => {
        const row = { account: "a", cents: 10 };
        await tamper(engine, depositsModel, { facts: [{ position: 1_000, index: 0, row }] });
        await tamper(engine, depositsModel, { partition: "nowhere", facts: [{ position: 1, index: 0, row }] });
      },
      { ...none, extra: 2 },
    ],
  ])("G8 finds %s", async (_, corrupt, drift) => {
    const { engine, audit } = await fiveAccounts();

    await corrupt(engine);

    expect(await audit("deposits")).toMatchObject({ ok: drift === none, drift });
  });

  it("G8 finds facts behind a checkpoint that was moved back", async () => {
    const { engine, audit } = await fiveAccounts(1);

    await moveCheckpoint(engine, depositsModel, "0", -4);

    expect((await audit("deposits")).drift).toEqual({ ...none, extra: 4 });
  });
});

describe("an audit of what cannot be folded", () => {
  it("G8 says which event, and goes on with the other read models", async () => {
    const { engine } = await fiveAccounts();
    const failing = projection("balances", {
      version: 1,
      from: [account],
      key: ({ stream }) => stream.id,
      into: balances.table,
      on: {
        "account.Deposited": () => {
          throw new Error("a bug");
        },
      },
    });
    const broken = app({ aggregates: [account], projections: [failing, deposits], queries: [] });

    const audits = await runtimeOn(engine, {}, broken).audit();

    expect(audits).toMatchObject([{ ok: false, problem: expect.stringMatching(/account-.@1 .*a bug/) }, { ok: true }]);
  });
});
