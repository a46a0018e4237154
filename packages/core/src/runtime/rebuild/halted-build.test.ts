import { describe, expect, it } from "vitest";
import { PoisonedBank, versionsOf } from "../../../test/parking.ts";
import type { ParkedIn, RebuildProgress } from "../../index.ts";

const accounts = Array.from({ length: 20 }, (_, index) => `x${index + 10}`);

/** Two deposits in each account; the live read model includes them, and fails on none. */
async function builtBank(): Promise<PoisonedBank> {
  const bank = new PoisonedBank({ parking: { atLeast: 3, share: 0, retries: 1 } });
  await bank.deposit(...accounts, ...accounts);
  await bank.start();
  return bank;
}

function poison(bank: PoisonedBank): void {
  for (const account of accounts.slice(5)) bank.poison.events.add(`${account}@2`);
}

async function parkedIn(bank: PoisonedBank): Promise<readonly string[]> {
  const found: ParkedIn[] = [];
  for await (const entry of bank.runtime.parked({ projection: "sums" })) found.push(entry);
  return found.map(({ build, stream }) => `${build} ${stream}`);
}

const parked = ["1 account-x15", "1 account-x16", "1 account-x17"];

describe("a build that would park too many streams", () => {
  it("G5 ends with an error that says what fails and where to look, instead of waiting for good", async () => {
    const bank = await builtBank();
    poison(bank);
    const told: RebuildProgress[] = [];

    const rebuilding = bank.during(bank.runtime.builds.rebuild("sums", { onProgress: (one) => told.push(one) }));

    await expect(rebuilding).rejects.toMatchObject({
      code: "projection-halted",
      message: expect.stringMatching(
        /^"sums" version 1 build 1 has halted: 4 of the \d+ streams .*`foldstream parked --projection sums`.*account-x18@2/,
      ),
    });
    expect(told.some(({ error }) => error?.includes("cannot take"))).toBe(true);
    expect(await parkedIn(bank)).toEqual(parked);
    expect(await bank.status()).toMatchObject({ state: "idle", parked: 0 });
  });

  it("G7 goes on once the handlers are fixed, and what it has parked is redriven in it", async () => {
    const bank = await builtBank();
    poison(bank);
    await bank.during(bank.runtime.builds.rebuild("sums")).catch(() => undefined);
    bank.poison.events.clear();

    const built = await bank.during(bank.runtime.builds.rebuild("sums"));
    expect(built).toMatchObject({ build: 1, done: 40 });
    expect(built.resumedAt).toBeGreaterThan(20);
    expect(await parkedIn(bank)).toEqual(parked);
    const redriven = await bank.during(bank.runtime.redrive({}));
    expect(redriven.map(({ build, stream, events }) => `${build} ${stream} ${events}`)).toEqual(
      parked.map((stream) => `${stream} 1`),
    );

    await bank.during(bank.runtime.builds.switch("sums"));
    const rows = await bank.target.reader({ ...bank.sums, build: 1 }).find();
    expect(rows.map(({ id, versions }) => [id, versions])).toEqual(accounts.map((id) => [id, versionsOf(id, 1, 2)]));
    expect(await parkedIn(bank)).toEqual([]);
  });
});
