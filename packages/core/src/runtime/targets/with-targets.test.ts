import { describe, expect, it, onTestFinished, vi } from "vitest";
import * as z from "zod";
import { account, balances, bank, deposits, realEnvironment } from "../../../test/bank.ts";
import { app, query } from "../../index.ts";
import { memoryEngine } from "../../memory/index.ts";
import type { Engine, LoadedDocument, ReadModelStore, SqlReader } from "../../port/index.ts";
import { createRuntime } from "../create-runtime.ts";
import { readModelOf } from "../projection/fold.ts";
import { withTargets } from "./with-targets.ts";

const both = query("both", {
  input: z.object({}),
  from: [balances, deposits],
  run: async (_, { read, sql }) => ({
    accounts: await read.balances.count(),
    deposits: await read.deposits.count(),
    sql: sql?.dialect,
  }),
});
const one = query("one", {
  input: z.object({}),
  from: [deposits],
  run: async (_, { sql }) => sql?.dialect,
});
const asked = app({ aggregates: bank.aggregates, projections: bank.projections, queries: [both, one] });

async function started(engine: Engine) {
  const settings = { stepIntervalMs: 0, pollMs: 20 };
  const runtime = createRuntime(asked, { engine, environment: realEnvironment, settings });
  await runtime.start();
  onTestFinished(() => runtime.stop());
  return runtime;
}

type Started = Awaited<ReturnType<typeof started>>;

async function deposit(runtime: Started, times: number): Promise<string> {
  let token = "";
  for (let index = 0; index < times; index++) {
    const outcome = await runtime.execute(account, "a", "Deposit", { cents: 1 });
    token = outcome.ok ? outcome.token : token;
  }
  return token;
}

const countIn = ({ readModels }: Engine, projection: typeof balances | typeof deposits) =>
  readModels.reader(readModelOf(projection)).count();

const readerOf = (dialect: SqlReader["dialect"]): SqlReader => ({ dialect, select: async () => [] });

describe("read models in several targets", () => {
  it("G4 are each written where their name says, once, across a restart, and nowhere else", async () => {
    const [home, facts] = [memoryEngine(), memoryEngine()];
    const engine = withTargets(home, { deposits: facts });
    const first = await started(engine);
    await deposit(first, 10);
    await first.stop();

    const second = await started(engine);
    const after = await deposit(second, 5);

    expect(await second.query(both, {}, { after })).toMatchObject({ value: { accounts: 1, deposits: 15 } });
    expect(await home.readModels.reader(readModelOf(balances)).get("a")).toMatchObject({ cents: 15 });
    expect([await countIn(home, deposits), await countIn(facts, deposits)]).toEqual([0, 15]);
    expect([await countIn(home, balances), await countIn(facts, balances)]).toEqual([1, 0]);
  });

  it("G4 are folded with the positions that their documents include, where the target has no transactions", async () => {
    const home = memoryEngine();
    const { readModels } = memoryEngine();
    const loadDocuments = async (): Promise<ReadonlyMap<string, LoadedDocument>> =>
      new Map([["a", { row: { id: "a", cents: 700, entries: 7 }, includes: 7, revision: null }]]);
    const documents: ReadModelStore = { ...readModels, loadDocuments };
    const runtime = await started(withTargets(home, { balances: { readModels: documents, close: async () => {} } }));
    const after = await deposit(runtime, 8);
    await runtime.query(both, {}, { after });

    expect(await documents.reader(readModelOf(balances)).get("a")).toMatchObject({ cents: 701, entries: 8 });
  });

  it("have their leases taken over or shared as each target has it", async () => {
    const engine = withTargets(memoryEngine(), { deposits: memoryEngine({ takeOverAtStart: false }) });
    const first = await started(engine);
    const second = await started(engine);

    await vi.waitFor(async () => {
      const holders = (await second.status()).projections.map(({ name, holder }) => [name, holder]);
      const { worker } = await first.status();
      expect(new Map(holders as [string, string][]).get("deposits")).toBe(worker);
    });
    const { worker, projections } = await second.status();
    expect(projections.find(({ name }) => name === "balances")?.holder).toBe(worker);
  });

  it("answer SQL where all that a query reads is in one target", async () => {
    const withSql = (engine: Engine, dialect: SqlReader["dialect"]): Engine => ({
      ...engine,
      readModels: { ...engine.readModels, sql: readerOf(dialect) },
    });
    const home = withSql(memoryEngine(), "sqlite");
    const apart = await started(withTargets(home, { deposits: withSql(memoryEngine(), "duckdb") }));
    const together = await started(withTargets(home, {}));

    expect(await apart.query(one, {})).toMatchObject({ value: "duckdb" });
    expect(await apart.query(both, {})).toMatchObject({ value: { sql: undefined } });
    expect(await together.query(both, {})).toMatchObject({ value: { sql: "sqlite" } });
  });

  it("may be sent on by an engine that has targets already", async () => {
    const [home, inner, outer] = [memoryEngine(), memoryEngine(), memoryEngine()];
    const engine = withTargets(withTargets(home, { deposits: inner }), { balances: outer });
    const runtime = await started(engine);
    await runtime.query(both, {}, { after: await deposit(runtime, 2) });

    expect([await countIn(inner, deposits), await countIn(outer, balances)]).toEqual([2, 1]);
  });

  it("G9 are refused under a name that no projection has", () => {
    const engine = withTargets(memoryEngine(), { deposit: memoryEngine() });

    expect(() => createRuntime(asked, { engine, environment: realEnvironment })).toThrow(
      'No projection is named "deposit". Did you mean "deposits"?',
    );
  });

  it("are closed once each, before the log", async () => {
    const closed: string[] = [];
    const closing = (name: string): Engine => ({ ...memoryEngine(), close: async () => void closed.push(name) });
    const home = closing("home");
    const other = closing("other");

    await withTargets(home, { balances: other, deposits: other, more: home }).close();

    expect(closed).toEqual(["other", "home"]);
  });
});
