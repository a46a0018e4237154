import { describe, expect, it } from "vitest";
import { PoisonedBank, versionsOf } from "../../../test/parking.ts";
import { memoryEngine, memoryReadModels } from "../../memory/index.ts";
import type { ReadModelStore } from "../../port/index.ts";

/** Ten deposits each for a, b and c; b waits from its fourth on. */
async function parkedBank(readModels: ReadModelStore = memoryReadModels()): Promise<PoisonedBank> {
  const bank = new PoisonedBank({ engine: { ...memoryEngine({ partitions: 2 }), readModels } });
  bank.poison.events.add("b@4");
  for (let round = 0; round < 10; round++) await bank.deposit("a", "b", "c");
  await bank.start();
  bank.poison.events.clear();
  return bank;
}

describe("G8 an audit of a read model with parked streams", () => {
  it("calls what waits neither missing nor stale, in tables and in facts, and says how many streams wait", async () => {
    const bank = await parkedBank();

    const audits = await bank.during(bank.runtime.audit());

    expect(audits).toMatchObject([
      { projection: "sums", ok: true, rows: 3, parked: 1 },
      { projection: "entries", ok: true, rows: 23, parked: 1 },
    ]);
  });

  it("finds what else is wrong, and a repair leaves what waits to the redrive", async () => {
    const bank = await parkedBank();
    const [lease] = await bank.target.leases.read([bank.sums]);
    const wrong = { key: "b", row: { cents: 99, versions: "b@99" } };
    const position = await bank.target.checkpoint(bank.sums, "0");
    const step = { partition: "0", expected: position, next: position, rows: [wrong], facts: [] };
    await bank.target.write(bank.sums, { ...step, epoch: lease?.epoch as number });

    const [found] = await bank.during(bank.runtime.repair({ projections: ["sums"] }));
    expect(found).toMatchObject({ drift: { corrupt: 1 }, repaired: 1, drifted: [{ key: "b" }] });
    expect(await bank.versions()).toMatchObject({ b: versionsOf("b", 1, 3) });
    await bank.during(bank.runtime.redrive({}));

    expect(await bank.versions()).toMatchObject({ b: versionsOf("b", 1, 10) });
    expect(await bank.during(bank.runtime.audit())).toMatchObject([
      { ok: true, parked: 0 },
      { ok: true, parked: 0 },
    ]);
  });

  it.each(["sums", "entries"])("that are redriven meanwhile is not passed off as drift, in %s", async (projection) => {
    const target = memoryReadModels();
    let redrive: (() => Promise<unknown>) | undefined;
    const bank = await parkedBank({
      ...target,
      async scan(model, page) {
        const first = redrive;
        redrive = undefined;
        await first?.();
        return target.scan(model, page);
      },
    });
    const operator = bank.runtimeOn(bank.engine);
    redrive = () => operator.redrive({});

    const [audit] = await bank.during(bank.runtime.audit({ projections: [projection] }));

    expect(audit).toMatchObject({ ok: false, drifted: [], problem: expect.stringContaining("Audit it again") });
  });
});
