import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PoisonedBank, type PoisonousOptions, versionsOf } from "../../../test/parking.ts";
import { piecemealTarget } from "../../../test/piecemeal-target.ts";
import { InvalidRowError, StoreFailureError } from "../../errors.ts";
import type { RedriveProgress } from "../../index.ts";
import { memoryEngine, memoryReadModels } from "../../memory/index.ts";
import type { Engine, ReadModelStore } from "../../port/index.ts";
import type { ParkedFilter } from "./parking-desk.ts";

/** Deposits for a, b and c in turns, ten each; b and c fail from the given events on, and are parked. */
async function parkedBank(options: PoisonousOptions = {}, poison = ["b@4", "c@7"]): Promise<PoisonedBank> {
  const bank = new PoisonedBank(options);
  for (const event of poison) bank.poison.events.add(event);
  for (let round = 0; round < 10; round++) await bank.deposit("a", "b", "c");
  await bank.start();
  return bank;
}

/** Thousands of steps in virtual time. */
const patienceMs = 180_000;

const whole = { a: versionsOf("a", 1, 10), b: versionsOf("b", 1, 10), c: versionsOf("c", 1, 10) };

describe("G5 a redrive", () => {
  it.each([1, 3, 100])("brings all in, in order, and frees the streams; steps of %s", async (eventsPerStep) => {
    const bank = await parkedBank({ settings: { eventsPerStep } });
    bank.poison.events.clear();

    const redriven = await bank.during(bank.runtime.redrive({}));

    expect(redriven).toEqual([
      { projection: "sums", build: 0, stream: "account-b", events: 7 },
      { projection: "sums", build: 0, stream: "account-c", events: 4 },
      { projection: "entries", build: 0, stream: "account-b", events: 7 },
      { projection: "entries", build: 0, stream: "account-c", events: 4 },
    ]);
    expect(await bank.versions()).toEqual(whole);
    expect(await bank.target.reader(bank.entries).count()).toBe(30);
    expect(await bank.parked()).toEqual([]);
    expect(await bank.status()).toMatchObject({ parked: 0 });
  });

  it("tells how far it is, of all that was waiting, whatever fails again", async () => {
    const bank = await parkedBank({ settings: { eventsPerStep: 3 } });
    bank.poison.events.delete("b@4");
    const told: RedriveProgress[] = [];

    await bank.during(bank.runtime.redrive({}, { onProgress: (progress) => told.push(progress) }));

    expect(new Set(told.map(({ total }) => total))).toEqual(new Set([22]));
    const done = told.map((progress) => progress.done);
    expect(done).toEqual(done.toSorted((one, other) => one - other));
    expect(new Set(done).size).toBeGreaterThan(4);
    expect(told.at(-1)).toEqual({ projection: "entries", done: 22, total: 22 });
  });

  it("goes on with what comes in live afterwards", async () => {
    const bank = await parkedBank();
    bank.poison.events.clear();
    await bank.during(bank.runtime.redrive({}));

    await bank.deposit("b", "c");
    await bank.time.advance(5_000);

    expect(await bank.versions()).toMatchObject({ b: versionsOf("b", 1, 11), c: versionsOf("c", 1, 11) });
  });

  it("stops each stream at the event that fails again, with the new error", async () => {
    const bank = await parkedBank();
    bank.poison.events.delete("b@4");
    bank.poison.events.add("b@9");

    const redriven = await bank.during(bank.runtime.redrive({ projection: "sums" }));

    const failed = (version: number, id: string) => ({
      version,
      error: { name: "TypeError", message: `cannot take ${id}@${version}`, stack: expect.any(String) },
    });
    expect(redriven).toEqual([
      { projection: "sums", build: 0, stream: "account-b", events: 5, failed: failed(9, "b") },
      { projection: "sums", build: 0, stream: "account-c", events: 0, failed: failed(7, "c") },
    ]);
    expect(await bank.versions()).toMatchObject({ b: versionsOf("b", 1, 8), c: versionsOf("c", 1, 6) });
    expect(await bank.parked()).toMatchObject([
      { version: 9, position: 26, attempts: 1, waiting: 2, error: { message: "cannot take b@9" } },
      { version: 7, position: 21, attempts: 4, waiting: 4 },
    ]);
  });

  it.each<[ParkedFilter, string[]]>([
    [{ stream: "account-b" }, ["account-b"]],
    [{ stream: "account" }, []],
    [{ aggregate: "account" }, ["account-b", "account-c"]],
    [{ aggregate: "acc" }, []],
    [{ error: "cannot take c@7" }, ["account-c"]],
    [{ error: "TypeError" }, ["account-b", "account-c"]],
    [{ error: "no such thing" }, []],
    [{ stream: "account-b", error: "c@7" }, []],
  ])("takes only what is meant: %j", async (filter, streams) => {
    const bank = await parkedBank();
    bank.poison.events.clear();
    const listed: string[] = [];
    for await (const { stream } of bank.runtime.parked({ projection: "sums", ...filter })) listed.push(stream);

    const redriven = await bank.during(bank.runtime.redrive({ projection: "sums", ...filter }));

    expect(listed).toEqual(streams);
    expect(redriven.map(({ stream }) => stream).sort()).toEqual(streams);
    expect((await bank.parked()).map(({ stream }) => stream)).toEqual(
      ["account-b", "account-c"].filter((stream) => !streams.includes(stream)),
    );
    expect(await bank.target.parking.count(bank.entries)).toBe(2);
  });

  it("of a projection that the app does not have is refused", async () => {
    const bank = await parkedBank();

    await expect(bank.runtime.redrive({ projection: "sum" })).rejects.toMatchObject({
      code: "unknown-name",
      nearest: ["sums"],
    });
  });

  it("dry, writes nothing and tells how far each stream would come", async () => {
    const bank = await parkedBank({ settings: { eventsPerStep: 4 } });
    bank.poison.events.delete("b@4");
    bank.poison.events.add("b@9");
    const [rows, parked] = [await bank.rows(), await bank.parked()];
    const [lease] = await bank.target.leases.read([bank.sums]);

    const redriven = await bank.during(bank.runtime.redrive({ projection: "sums" }, { dryRun: true }));

    expect(redriven.toSorted((one, other) => one.stream.localeCompare(other.stream))).toMatchObject([
      { stream: "account-b", events: 5, failed: { version: 9 } },
      { stream: "account-c", events: 0, failed: { version: 7 } },
    ]);
    expect(await bank.rows()).toEqual(rows);
    expect(await bank.parked()).toEqual(parked);
    expect((await bank.target.leases.read([bank.sums])).map((now) => now?.epoch)).toEqual([lease?.epoch]);
    bank.poison.events.clear();
    const healed = await bank.during(bank.runtime.redrive({ projection: "sums" }, { dryRun: true }));
    expect(healed.map(({ events, failed }) => [events, failed])).toEqual(
      expect.arrayContaining([
        [7, undefined],
        [4, undefined],
      ]),
    );
  });

  it.each([4, 7, 10])("stops at the event whose row the target refuses: %s", async (version) => {
    let refusing = false;
    const target = memoryReadModels();
    const refused = (text: unknown) => refusing && new RegExp(`b@${version}( |$)`).test(String(text));
    const readModels: ReadModelStore = {
      ...target,
      async write(model, step) {
        if (step.rows.some(({ row }) => refused(row?.versions))) throw new InvalidRowError("not this row");
        return target.write(model, step);
      },
    };
    const bank = await parkedBank({ engine: { ...memoryEngine(), readModels } });
    bank.poison.events.clear();
    refusing = true;

    const redriven = await bank.during(bank.runtime.redrive({ projection: "sums", stream: "account-b" }));

    const failed = { version, error: { name: "InvalidRowError", message: "not this row" } };
    expect(redriven).toMatchObject([{ events: version - 4, failed }]);
    expect(await bank.versions()).toMatchObject({ b: versionsOf("b", 1, version - 1) });
    refusing = false;
    await bank.during(bank.runtime.redrive({}));
    expect(await bank.versions()).toEqual(whole);
  });

  it("frees a stream whose waiting events are no longer handled", async () => {
    const bank = await parkedBank();
    const other = new PoisonedBank({ engine: bank.engine, handles: "account.Closed" });

    const redriven = await other.during(other.runtime.redrive({ projection: "sums" }));

    expect(redriven.map(({ events }) => events)).toEqual([0, 0]);
    expect(await bank.parked()).toEqual([]);
  });

  it("lets live steps go on, and gives the projection back", async () => {
    const bank = await parkedBank({ partitions: 3 });
    bank.poison.events.clear();
    const operator = bank.runtimeOn(bank.engine);

    const redriving = operator.redrive({});
    await bank.deposit("a", "b", "c");
    await bank.during(redriving);
    await bank.deposit("a", "b", "c");
    await bank.time.advance(5_000);

    expect(await bank.versions()).toEqual({
      a: versionsOf("a", 1, 12),
      b: versionsOf("b", 1, 12),
      c: versionsOf("c", 1, 12),
    });
    expect(await bank.status()).toMatchObject({ state: "idle", parked: 0 });
  });

  it("ends when the runtime stops, and goes on where it ended", async () => {
    const bank = await parkedBank({ settings: { eventsPerStep: 1 } });
    bank.poison.events.clear();
    const operator = bank.runtimeOn(bank.engine);
    const redriving = operator.redrive({}, { onProgress: () => void operator.stop() });
    redriving.catch(() => undefined);

    await expect(bank.during(redriving)).rejects.toMatchObject({ code: "stopped" });
    expect(await bank.parked()).toMatchObject([{ waiting: 6 }, { waiting: 4 }]);
    await bank.during(bank.runtime.redrive({}));

    expect(await bank.versions()).toEqual(whole);
  });

  it("is told when another operator takes over, and nothing comes in twice", async () => {
    const bank = await parkedBank({ settings: { eventsPerStep: 2 } });
    bank.poison.events.clear();
    const operators = [1, 2, 3].map(() => bank.runtimeOn(bank.engine));

    const ends = await bank.during(Promise.allSettled(operators.map((operator) => operator.redrive({}))));

    const lost = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    expect(lost.map(({ code }) => code)).toEqual(lost.map(() => "lease-lost"));
    expect(lost.length).toBeLessThan(3);
    await bank.during(bank.runtime.redrive({}));
    expect(await bank.versions()).toEqual(whole);
    expect(await bank.target.reader(bank.entries).count()).toBe(30);
  });
});

/** Fails at the write with this number, counted from when it is set; before it is done, or after. */
interface Crash {
  at: number;
  when: "before" | "after";
}

function atomicTarget(crash: Crash): ReadModelStore {
  const target = memoryReadModels();
  return {
    ...target,
    async write(model, step) {
      const last = --crash.at === 0;
      if (last && crash.when === "before") throw new StoreFailureError("crashed before the write");
      const result = await target.write(model, step);
      if (last && crash.when === "after") throw new StoreFailureError("crashed after the write");
      return result;
    },
  };
}

function brokenPiecemealTarget(crash: Crash): ReadModelStore {
  return piecemealTarget(() => {
    if (--crash.at === 0) throw new StoreFailureError("cut off");
  });
}

describe.each([
  ["in one transaction", atomicTarget],
  ["one by one", brokenPiecemealTarget],
])("G5 G10 a redrive that is cut off at any write of a target that writes %s", (_, targetOf) => {
  it.each(["before", "after"] as const)(
    "brings in every event once, %s",
    async (when) => {
      let crashes = 0;
      for (let at = 1; at <= 24; at++) {
        const crash: Crash = { at: 0, when };
        const engine: Engine = { ...memoryEngine({ partitions: 2 }), readModels: targetOf(crash) };
        const bank = await parkedBank({ engine, key: () => "all", settings: { eventsPerStep: 3 } });
        bank.poison.events.clear();
        await bank.during(bank.runtime.stop());
        bank.runtime = bank.runtimeOn(engine);
        await bank.deposit("b", "c", "a", "c", "b");

        crash.at = at;
        const operator = bank.runtimeOn(engine);
        await bank.during(operator.redrive({}).catch(() => crashes++));
        crash.at = 0;
        await bank.start();
        await bank.deposit("a", "b", "c");
        await bank.time.advance(6_000);
        await bank.during(bank.runtime.redrive({}));
        await bank.time.advance(6_000);

        const versions = String((await bank.versions()).all).split(" ");
        expect(versions.length, `cut off at write ${at}`).toBe(38);
        for (const [id, last] of [
          ["a", 12],
          ["b", 13],
          ["c", 13],
        ] as const)
          expect(versions.filter((version) => version.startsWith(id)).join(" ")).toBe(versionsOf(id, 1, last));
        expect(await bank.target.reader(bank.entries).count()).toBe(38);
        expect(await bank.parked()).toEqual([]);
      }
      expect(crashes).toBeGreaterThan(5);
    },
    patienceMs,
  );
});

describe("G5 parking and redriving in any order", () => {
  it.each([
    ["in one transaction", () => memoryReadModels()],
    ["one by one, now and then cut off", () => cutOffNowAndThen()],
  ])(
    "a target that writes %s holds every event once and in order in the end",
    async (_, targetOf) => {
      const ids = ["a", "b", "c", "d"];
      const what = fc.oneof(
        { weight: 6, arbitrary: fc.record({ deposit: fc.constantFrom(...ids) }) },
        {
          weight: 1,
          arbitrary: fc.record({ poison: fc.tuple(fc.constantFrom(...ids), fc.integer({ min: 1, max: 12 })) }),
        },
        { weight: 1, arbitrary: fc.constant({ heal: true }) },
        { weight: 2, arbitrary: fc.record({ advance: fc.integer({ min: 0, max: 400 }) }) },
        { weight: 1, arbitrary: fc.constant({ redrive: true }) },
        { weight: 1, arbitrary: fc.constant({ restart: true }) },
      );
      await fc.assert(
        fc.asyncProperty(fc.integer(), fc.array(what, { minLength: 20, maxLength: 50 }), async (seed, steps) => {
          const engine: Engine = { ...memoryEngine({ partitions: 3 }), readModels: targetOf() };
          const settings = { eventsPerStep: 1 + (Math.abs(seed) % 5) };
          const bank = new PoisonedBank({ engine, seed, key: () => "all", settings, parking: { retries: 0 } });
          await bank.runtime.start();
          const deposited = new Map<string, number>();
          const redrives: Promise<unknown>[] = [];
          for (const step of steps) {
            if ("deposit" in step) {
              deposited.set(step.deposit, (deposited.get(step.deposit) ?? 0) + 1);
              await bank.deposit(step.deposit);
            } else if ("poison" in step) bank.poison.events.add(step.poison.join("@"));
            else if ("heal" in step) bank.poison.events.clear();
            else if ("advance" in step) await bank.time.advance(step.advance);
            else if ("redrive" in step)
              redrives.push(
                bank
                  .runtimeOn(engine)
                  .redrive({})
                  .catch(() => undefined),
              );
            else await bank.restart();
          }
          bank.poison.events.clear();
          await bank.during(Promise.all(redrives));
          await bank.time.advance(6_000);
          for (let round = 0; round < 20 && (await bank.parked()).length > 0; round++)
            await bank.during(bank.runtime.redrive({}).catch(() => undefined));
          await bank.time.advance(10_000);

          const versions = String((await bank.versions()).all ?? "").split(" ");
          for (const id of ids)
            expect(versions.filter((version) => version.startsWith(id)).join(" ")).toBe(
              versionsOf(id, 1, deposited.get(id) ?? 0),
            );
          expect(await bank.parked()).toEqual([]);
        }),
        { numRuns: 30 },
      );
    },
    patienceMs,
  );
});

function cutOffNowAndThen(): ReadModelStore {
  let writes = 0;
  return piecemealTarget(() => {
    if (++writes % 7 === 0) throw new StoreFailureError("cut off");
  });
}
