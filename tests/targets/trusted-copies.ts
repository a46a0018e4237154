/** A target of a whole app: what is damaged behind its back is found and repaired, what fails is parked, what is rebuilt is switched. */
import { nodeEnvironment } from "@foldstream/node";
import {
  aggregate,
  app,
  combinedEngine,
  createRuntime,
  facts,
  projection,
  query,
  type Runtime,
  t,
  table,
} from "foldstream";
import { memoryEngine } from "foldstream/memory";
import type { Engine, Target } from "foldstream/port";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import * as z from "zod";
import { expectFoundAndRepaired, expectRepaired, soundLibrary } from "../engines/drift.ts";
import { type BehindItsBack, type KeptBeside, type TargetDamage, targetDamages } from "./behind-its-back.ts";

export interface TrustedCopiesSuite {
  readonly name: string;
  /** Empty, and gone when the test is. */
  open(): Promise<{ readonly target: Target; readonly behind: BehindItsBack }>;
  readonly keeps: KeptBeside;
  /** Done to the target alone. */
  readonly more?: readonly TargetDamage[];
  /** Whether opening takes so long that one library is damaged and repaired in all the ways. */
  readonly isSlow?: boolean;
}

const sale = aggregate("sale", {
  initialState: {},
  events: { Sold: z.object({ product: z.string(), cents: z.int() }) },
  commands: { Sell: z.object({ product: z.string(), cents: z.int() }) },
  decide: { Sell: (data) => ({ Sold: data }) },
  evolve: { Sold: (state) => state },
});

/** Products that the handlers fail on. */
type Poison = Set<string>;

/** Version 1 adds cents up, version 2 adds them up twice. */
function shopOf(version: number, poison: Poison) {
  const checked = <D extends { readonly product: string }>(data: D): D => {
    if (poison.has(data.product)) throw new TypeError(`cannot take ${data.product}`);
    return data;
  };
  const totals = projection("totals", {
    version,
    from: [sale],
    retries: 0,
    key: ({ stream }) => stream.id,
    into: table({ id: t.key(), products: t.text(), cents: t.integer() }, { search: ["products"] }),
    on: {
      "sale.Sold": (row, { data }) => ({
        products: `${row?.products ?? ""} ${checked(data).product}`.trim(),
        cents: (row?.cents ?? 0) + data.cents * version,
      }),
    },
  });
  const sales = facts("sales", {
    version,
    from: [sale],
    retries: 0,
    columns: { product: t.text(), cents: t.integer() },
    on: { "sale.Sold": ({ data }) => ({ product: checked(data).product, cents: data.cents * version }) },
  });
  const cents = query("cents", {
    input: z.object({ words: z.string() }),
    from: [totals, sales],
    run: async ({ words }, { read }) => ({
      totals: Object.fromEntries((await read.totals.find()).map((row) => [row.id, row.cents])),
      found: (await read.totals.search(words)).map((row) => row.id).sort(),
      sales: (await read.sales.find()).map((fact) => fact.cents),
    }),
  });
  const shop = app({ aggregates: [sale], projections: [totals, sales], queries: [cents] });
  return { shop, cents };
}

function release(engine: Engine, version = 1, poison: Poison = new Set()) {
  const { shop, cents } = shopOf(version, poison);
  const settings = { stepIntervalMs: 0, pollMs: 20, stepBackoffMs: 10, leaseMs: 500 };
  const runtime = createRuntime(shop, { engine, environment: nodeEnvironment(), settings });
  onTestFinished(() => runtime.stop());
  const tokens = new Map<string, string>();
  return {
    runtime,
    async sell(id: string, product: string, amount: number) {
      const sold = await runtime.execute(sale, id, "Sell", { product, cents: amount });
      if (sold.ok) tokens.set(id, sold.token);
    },
    /** Whatever it includes. */
    async now() {
      const outcome = await runtime.query(cents, { words: "" });
      return outcome.ok ? outcome.value : outcome.reason;
    },
    /** Including all that was sold, or what was sold by one. */
    async answer(words = "", id?: string) {
      const after = [...tokens].filter(([by]) => id === undefined || by === id).map(([, token]) => token);
      const outcome = await runtime.query(cents, { words }, { after, waitMs: 60_000 });
      return outcome.ok ? outcome.value : outcome.reason;
    },
  };
}

async function parkedIn(runtime: Runtime): Promise<readonly (readonly [string, string, number])[]> {
  const found: (readonly [string, string, number])[] = [];
  for await (const { projection: by, stream, waiting } of runtime.parked()) found.push([by, stream, waiting]);
  return found;
}

const sound = { ok: true, drifted: [], unsettled: 0 };

export function describeTrustedCopies({ name, open, keeps, more = [], isSlow = false }: TrustedCopiesSuite): void {
  const opened = async () => {
    const { target, behind } = await open();
    return { engine: combinedEngine({ log: memoryEngine(), readModels: target }), behind };
  };

  const damages = [...targetDamages(keeps), ...more];

  if (isSlow)
    it(`G8 finds and repairs on ${name} what is done to one library in every way`, async () => {
      const { engine, behind } = await opened();
      const library = await soundLibrary(engine);
      for (const damage of damages) {
        const run = () => damage.run(behind, engine.eventStore);
        await expectRepaired(library, damage, run).catch((cause: unknown) => {
          throw new Error(`It was: ${damage.what}.`, { cause });
        });
      }
    });
  else
    it.each(damages.map((damage) => [damage.what, damage] as const))(
      `G8 finds and repairs on ${name} %s`,
      async (_, damage) => {
        const { engine, behind } = await opened();
        await expectFoundAndRepaired(engine, damage, () => damage.run(behind, engine.eventStore));
      },
    );

  describe(`copies on ${name}`, () => {
    it("G5 parks what fails, goes on with the rest, and takes it in again in order", async () => {
      const { engine } = await opened();
      const poison = new Set(["glass"]);
      const { runtime, sell, answer } = release(engine, 1, poison);
      await runtime.start();
      await sell("a", "apple", 1);
      await sell("b", "glass", 20);
      await sell("b", "berry", 300);
      await sell("a", "nut", 4_000);

      expect(await answer("nut", "a")).toEqual({ totals: { a: 4_001 }, found: ["a"], sales: [1, 4_000] });
      expect(await answer("nut")).toBe("parked");
      expect(await parkedIn(runtime)).toEqual([
        ["totals", "sale-b", 2],
        ["sales", "sale-b", 2],
      ]);
      expect(await runtime.audit()).toMatchObject([
        { ...sound, parked: 1 },
        { ...sound, parked: 1 },
      ]);

      poison.clear();
      await runtime.redrive({});

      expect(await parkedIn(runtime)).toEqual([]);
      const answered = await answer("glass ber");
      expect(answered).toEqual({ totals: { a: 4_001, b: 320 }, found: ["b"], sales: [1, 20, 300, 4_000] });
      expect(await runtime.audit()).toMatchObject([sound, sound]);
    });

    it("G7 builds a raised version beside the one before, serves it, goes back, and drops what no longer serves", async () => {
      const { engine } = await opened();
      const first = release(engine);
      await first.runtime.start();
      await first.sell("a", "apple", 1);
      await first.sell("b", "berry", 20);
      expect(await first.answer("b")).toEqual({ totals: { a: 1, b: 20 }, found: ["b"], sales: [1, 20] });
      await first.runtime.stop();

      const second = release(engine, 2);
      await second.runtime.start();
      await second.sell("a", "apricot", 300);
      const raised = { totals: { a: 602, b: 40 }, found: ["a"], sales: [2, 40, 600] };
      await vi.waitFor(async () => expect(await second.answer("apr")).toEqual(raised), 60_000);
      expect(await second.runtime.audit()).toMatchObject([sound, sound]);

      await second.runtime.builds.rollBack("totals");
      await vi.waitFor(async () => expect(await second.now()).toMatchObject({ totals: { a: 1, b: 20 } }), 60_000);
      await second.runtime.builds.rollBack("totals");
      expect(await second.runtime.builds.drop("totals")).toEqual([{ version: 1, build: 0 }]);

      await vi.waitFor(async () => expect(await second.answer("apr")).toEqual(raised), 60_000);
    });

    it("G7 makes a damaged read model again beside itself, and serves it", async () => {
      const { engine, behind } = await opened();
      const { runtime, sell, answer } = release(engine);
      await runtime.start();
      await sell("a", "apple", 1);
      await sell("b", "berry", 20);
      await answer();
      await behind.remove("totals", "a");
      expect(await answer("app")).toMatchObject({ totals: { b: 20 }, found: [] });

      const rebuilt = await runtime.builds.rebuild("totals", { switch: true });

      expect(rebuilt).toMatchObject({ version: 1, build: 1, switched: true });
      await vi.waitFor(
        async () => expect(await answer("app")).toEqual({ totals: { a: 1, b: 20 }, found: ["a"], sales: [1, 20] }),
        60_000,
      );
      await sell("a", "apple", 300);
      expect(await answer()).toMatchObject({ totals: { a: 301, b: 20 } });
      expect(await runtime.audit()).toMatchObject([sound, sound]);
    });
  });
}
