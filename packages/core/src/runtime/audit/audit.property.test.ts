import fc from "fast-check";
import { expect, it } from "vitest";
import { balancesModel, depositsModel, placedFacts, settledBank, tamper } from "../../../test/audits.ts";
import { factPlace, type Row, type RowWrite } from "../../port/index.ts";

const accounts = ["a", "b", "c", "d", "e", "f"] as const;

const command = fc.record({
  id: fc.constantFrom(...accounts),
  name: fc.constantFrom("Deposit", "Deposit", "Deposit", "Close"),
  cents: fc.integer({ min: 1, max: 3 }),
});

/** What is done to the row of a key, whether there is one or not. */
const damage = fc.record({
  key: fc.constantFrom(...accounts, "never"),
  change: fc.constantFrom("delete", "cents", "entries", "lastAt"),
  value: fc.integer({ min: 0, max: 4 }),
});

function damaged(
  row: Row | undefined,
  { key, change, value }: { key: string; change: string; value: number },
): RowWrite {
  if (change === "delete") return { key, row: null };
  const kept = row ?? { cents: 1, entries: 1, lastAt: "2026-01-01T00:00:00.000Z" };
  return { key, row: { ...kept, [change]: change === "lastAt" ? `2026-01-01T00:00:00.00${value}Z` : value } };
}

it("G8 names exactly the rows that were changed, whatever the log and the changes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 25 }),
      fc.uniqueArray(damage, { maxLength: 4, selector: ({ key }) => key }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      async (commands, damages, partitions, auditKeysPerPass) => {
        const shut = new Set<string>();
        const options = { partitions, settings: { auditKeysPerPass } };
        const { engine, audit } = await settledBank(async (run) => {
          for (const { id, name, cents } of commands) {
            if (shut.has(id)) continue;
            if (name === "Close") shut.add(id);
            await (name === "Close" ? run(id, "Close") : run(id, name, cents));
          }
        }, options);
        const keys = [...accounts, "never"];
        const before = await engine.readModels.load(balancesModel, keys);
        await tamper(engine, balancesModel, { rows: damages.map((one) => damaged(before.get(one.key), one)) });
        const after = await engine.readModels.load(balancesModel, keys);

        const { drifted, ok } = await audit("balances");

        const changed = keys.filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)));
        expect(drifted.map(({ key }) => key).toSorted()).toEqual(changed.toSorted());
        expect(ok).toBe(changed.length === 0);
        for (const { key, kind } of drifted) {
          if (!after.has(key)) expect(kind).toBe("missing");
          else if (!before.has(key)) expect(["extra", "stale"]).toContain(kind);
          else expect(["corrupt", "stale"]).toContain(kind);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it("G8 names exactly the facts that were changed, whatever the log and the changes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 15 }),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom("drop", "change", "double")), { maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      async (commands, damages, partitions) => {
        const { engine, audit } = await settledBank(
          async (run) => {
            for (const { id, cents } of commands) await run(id, "Deposit", cents);
          },
          { partitions },
        );
        const facts = await placedFacts(engine);
        const expected = new Map<string, string>();
        for (const [pick, how] of damages) {
          const { key, row } = facts[pick % facts.length] as (typeof facts)[number];
          const place = factPlace(key);
          const change = { drop: null, change: { ...row, cents: 77 }, double: row }[how] as Row | null;
          const index = how === "double" ? 7 : 0;
          await tamper(engine, depositsModel, {
            partition: place.partition,
            facts: [{ ...place, index, row: change }],
          });
          const kind = { drop: "missing", change: "corrupt", double: "extra" }[how] as string;
          expected.set(how === "double" ? key.replace(/0$/, "7") : key, kind);
        }

        const { drifted } = await audit("deposits");

        expect(new Map(drifted.map(({ key, kind }) => [key, kind]))).toEqual(expected);
      },
    ),
    { numRuns: 40 },
  );
});
