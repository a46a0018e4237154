import { describe, expect, it } from "vitest";
import { tamper } from "../../../test/audits.ts";
import { PoisonedBank } from "../../../test/parking.ts";
import { piecemealTarget } from "../../../test/piecemeal-target.ts";
import { deposit, release, sumFacts, sums, widerSums, writingBy } from "../../../test/releases.ts";
import type { AnyProjection, Runtime } from "../../index.ts";
import { memoryEngine, memoryEnvironment } from "../../memory/index.ts";
import { type Engine, factKey, type ReadModel } from "../../port/index.ts";
import { readModelOf } from "../projection/fold.ts";

const accounts = ["a", "b", "c", "d"];

/** A log of 30 deposits in each account, a live read model that includes them, and a build beside it. */
async function rebuilt(engine: Engine, one: AnyProjection = sums(1)): Promise<Runtime> {
  const runtime = release(engine, one);
  await runtime.start();
  const after = await Promise.all(accounts.map((id) => deposit(runtime, id, 30)));
  await runtime.ask("row", { id: "a" }, { after, waitMs: 60_000 });
  await runtime.builds.rebuild("sums");
  return runtime;
}

const built = (one: AnyProjection): ReadModel => ({ ...readModelOf(one), build: 1 });

describe("a build that is compared with the live one", () => {
  it.each([
    ["table", sums(1), 4],
    ["facts", sumFacts(1), 120],
  ])("G7 is equal when every row is, by count and digest: %s", async (_, one, rows) => {
    const runtime = await rebuilt(memoryEngine({ partitions: 3 }), one);

    const comparison = await runtime.builds.compare("sums");

    expect(comparison).toMatchObject({
      projection: "sums",
      equal: true,
      live: { version: 1, build: 0, rows, parked: 0, lag: 0 },
      build: { version: 1, build: 1, rows, parked: 0, lag: 0 },
      differences: { live: 0, build: 0, both: 0 },
      differing: [],
      otherColumns: [],
      unsettled: 0,
    });
    expect(comparison).not.toHaveProperty("problem");
    expect(comparison.live.digest).toMatch(/^[0-9a-f]{16}$/);
    expect(comparison.build.digest).toBe(comparison.live.digest);
    await runtime.stop();
  });

  it("G7 shows each row that differs, by key, with the columns and who has it; and leaves both as they were", async () => {
    const engine = memoryEngine({ partitions: 2 });
    const runtime = await rebuilt(engine, widerSums(1));
    const [live, build] = [readModelOf(widerSums(1)), built(widerSums(1))];
    await tamper(engine, live, { rows: [{ key: "a", row: { cents: 31, entries: 30 } }] });
    await tamper(engine, live, { rows: [{ key: "b", row: null }] });
    await tamper(engine, build, { rows: [{ key: "c", row: null }] });
    await tamper(engine, build, { rows: [{ key: "e", row: { cents: 1, entries: 1 } }] });

    for (let times = 0; times < 2; times++) {
      const found = await runtime.builds.compare("sums");

      expect(found.differing).toEqual([
        { key: "a", in: "both", columns: ["cents"] },
        { key: "b", in: "build", columns: [] },
        { key: "c", in: "live", columns: [] },
        { key: "e", in: "build", columns: [] },
      ]);
      expect(found).toMatchObject({ equal: false, differences: { live: 1, build: 2, both: 1 }, live: { rows: 3 } });
      expect(found.build.digest).not.toBe(found.live.digest);
    }
    await runtime.stop();
  });

  it("G7 has another digest when values are swapped between rows", async () => {
    const engine = memoryEngine();
    const runtime = await rebuilt(engine);
    for (const cents of [1, 2]) {
      const rows = ["a", "b"].map((key, index) => ({ key, row: { cents: index === 0 ? cents : 3 - cents } }));
      await tamper(engine, cents === 1 ? readModelOf(sums(1)) : built(sums(1)), { rows });
    }

    const { live, build } = await runtime.builds.compare("sums");

    expect(build.digest).not.toBe(live.digest);
    await runtime.stop();
  });

  it("G7 shows facts by their place", async () => {
    const engine = memoryEngine({ partitions: 1 });
    const runtime = await rebuilt(engine, sumFacts(1));
    await tamper(engine, built(sumFacts(1)), {
      facts: [
        { position: 7, index: 0, row: null },
        { position: 9, index: 0, row: { cents: 5 } },
      ],
    });

    const { differing, equal } = await runtime.builds.compare("sums");

    expect(equal).toBe(false);
    expect(differing).toEqual([
      { key: factKey({ partition: "0", position: 7, index: 0 }), in: "live", columns: [] },
      { key: factKey({ partition: "0", position: 9, index: 0 }), in: "both", columns: ["cents"] },
    ]);
    await runtime.stop();
  });

  it("counts all that differs and lists the first, as many as the settings say", async () => {
    const engine = memoryEngine();
    await (await rebuilt(engine)).stop();
    const rows = accounts.map((key) => ({ key, row: { cents: 0 } }));
    await tamper(engine, built(sums(1)), { rows });

    const few = release(engine, sums(1), { settings: { auditFindings: 2 } });

    expect(await few.builds.compare("sums")).toMatchObject({
      differences: { both: 4 },
      differing: [{ key: "a" }, { key: "b" }],
    });
  });

  it("G7 counts a row as differing when neither can be read", async () => {
    const engine = memoryEngine();
    await (await rebuilt(engine)).stop();
    const { readModels } = engine;
    const scan: typeof readModels.scan = async (model, options) => {
      const page = await readModels.scan(model, options);
      return { ...page, rows: page.rows.map((row) => (row.key === "b" ? { key: "b", problem: "not JSON" } : row)) };
    };

    const runtime = release({ ...engine, readModels: { ...readModels, scan } }, sums(1));

    expect(await runtime.builds.compare("sums")).toMatchObject({
      equal: false,
      differing: [{ key: "b", in: "both", columns: [], problem: "not JSON" }],
    });
  });

  it("G7 is brought up to date before it is compared", async () => {
    const engine = memoryEngine({ partitions: 2 });
    const runtime = await rebuilt(engine);
    const after = await deposit(runtime, "a", 20);
    await runtime.ask("row", { id: "a" }, { after, waitMs: 60_000 });

    expect(await runtime.builds.compare("sums")).toMatchObject({ equal: true, build: { rows: 4, lag: 0 } });
    await runtime.stop();
  });

  it("is the one that served before where no other was built, and there must be one", async () => {
    const engine = memoryEngine();
    const runtime = release(engine, sums(1));
    await runtime.start();

    await expect(runtime.builds.compare("sums")).rejects.toMatchObject({ code: "unknown-build" });
    await runtime.builds.rebuild("sums", { switch: true });

    expect(await runtime.builds.compare("sums")).toMatchObject({ live: { build: 1 }, build: { build: 0 } });
    await runtime.stop();
  });
});

describe("a build of another version", () => {
  it("G7 is compared in the columns that both have, and the others are named", async () => {
    const engine = memoryEngine();
    const first = await rebuilt(engine);
    const second = release(engine, widerSums(2));
    await second.builds.rebuild("sums", { switch: false });

    const twice = await second.builds.compare("sums");

    expect(twice).toMatchObject({
      equal: false,
      live: { version: 1 },
      build: { version: 2 },
      columns: ["id", "cents"],
      otherColumns: ["entries"],
      differences: { both: 4, live: 0, build: 0 },
    });
    expect(twice.differing[0]).toEqual({ key: "a", in: "both", columns: ["cents"] });
    await first.stop();
  });

  it("that holds facts is not compared with a table", async () => {
    const engine = memoryEngine();
    const first = await rebuilt(engine);
    const second = release(engine, sumFacts(2));
    await second.builds.rebuild("sums", { switch: false });

    expect(await second.builds.compare("sums")).toMatchObject({
      equal: false,
      problem: "version 1 is a table, version 2 is facts.",
    });
    await first.stop();
  });
});

describe("lag between builds", () => {
  /** Writes each step of the live build only when the next one, or a while, has come. */
  function slowly(engine: Engine): Engine {
    return writingBy(engine, (write) => async (model, step) => {
      if (model.build === 0) await new Promise((resolve) => setTimeout(resolve, 3));
      return write(model, step);
    });
  }

  it.each([
    ["table", sums(1)],
    ["facts", sumFacts(1)],
  ])("G7 is never called a difference, while commands come in and both go on: %s", async (_, one) => {
    const engine = memoryEngine({ partitions: 2 });
    const runtime = await rebuilt(slowly(engine), one);
    let done = false;
    const commands = Promise.all(
      accounts.map(async (id) => {
        for (let count = 0; !done; count++) await deposit(runtime, `${id}${count % 50}`);
      }),
    );

    const operator = release(engine, one, { settings: { leaseMs: 30_000 } });
    const comparisons = [];
    for (let times = 0; times < 5; times++) comparisons.push(await operator.builds.compare("sums"));
    done = true;
    await commands;

    for (const { differing, differences, problem } of comparisons)
      expect({ differing, differences, problem }).toEqual({
        differing: [],
        differences: { live: 0, build: 0, both: 0 },
        problem: undefined,
      });
    await runtime.stop();
  });

  it("G7 that nobody makes good is said, and nothing is called a difference for it", async () => {
    const engine = memoryEngine();
    const runtime = await rebuilt(engine);
    await runtime.stop();
    await deposit(release(engine, sums(1)), "a", 3);

    const comparison = await release(engine, sums(1)).builds.compare("sums");

    expect(comparison).toMatchObject({ equal: false, live: { lag: 3 }, build: { lag: 0 }, differing: [] });
    expect(comparison.problem).toContain("version 1 lacks 3 positions of the log");
  });

  it("G7 is not seen in rows that a step has written before its checkpoint, where targets have no transactions", async () => {
    let left = Number.POSITIVE_INFINITY;
    const target = piecemealTarget(() => {
      if (left-- <= 0) throw new Error("cut off");
    });
    const steps = new Gate();
    let scans = 0;
    const scan: typeof target.scan = async (model, options) => {
      scans++;
      if (scans === 1) await beginStep();
      if (scans === 8) steps.open();
      return target.scan(model, options);
    };
    const write: typeof target.write = async (model, step) => {
      await steps.passed();
      return target.write(model, step);
    };
    const engine = { ...memoryEngine(), readModels: { ...target, scan, write } };
    const runtime = await rebuilt(engine);
    const live = readModelOf(sums(1));
    /** Another three cents of a are in its live row, and in nothing else. */
    const beginStep = async () => {
      const expected = await target.checkpoint(live, "0");
      steps.close();
      await deposit(runtime, "a", 3);
      const document = (await target.loadDocuments?.(live, "0", ["a"]))?.get("a");
      const rows = [{ key: "a", row: { cents: 33 }, revision: document?.revision ?? null }];
      left = 1;
      const step = target.write(live, { partition: "0", expected, next: expected + 3, rows, facts: [] });
      await expect(step).rejects.toThrow("cut off");
      left = Number.POSITIVE_INFINITY;
    };

    const comparison = await runtime.builds.compare("sums");

    expect(scans).toBeGreaterThan(8);
    expect(comparison).toMatchObject({ equal: true, differing: [], live: { rows: 4 } });
    await runtime.stop();
  });

  class Gate {
    #opened = Promise.withResolvers<void>();

    constructor() {
      this.open();
    }

    open(): void {
      this.#opened.resolve();
    }

    close(): void {
      this.#opened = Promise.withResolvers();
    }

    passed(): Promise<void> {
      return this.#opened.promise;
    }
  }
});

describe("a comparison", () => {
  it("says so when streams are redriven meanwhile, since those rows prove nothing", async () => {
    const bank = new PoisonedBank({ engine: memoryEngine({ partitions: 2 }) });
    bank.poison.events.add("b@4");
    for (let round = 0; round < 10; round++) await bank.deposit("a", "b", "c");
    await bank.start();
    await bank.during(bank.runtime.builds.rebuild("sums"));
    expect(await bank.during(bank.runtime.builds.compare("sums"))).toMatchObject({
      equal: true,
      live: { parked: 1 },
      build: { parked: 1 },
    });
    bank.poison.events.clear();
    const { readModels } = bank.engine;
    let redriven: Promise<unknown> | undefined;
    const scan: typeof readModels.scan = async (model, options) => {
      redriven ??= bank.runtime.redrive({});
      await redriven;
      return readModels.scan(model, options);
    };
    const operator = bank.runtimeOn({ ...bank.engine, readModels: { ...readModels, scan } });

    const comparison = await bank.during(operator.builds.compare("sums"));

    expect(comparison).toMatchObject({ equal: false, problem: expect.stringContaining("parked or redriven") });
  });

  it("stops when it is told to, and tells how far it is", async () => {
    const engine = memoryEngine();
    const runtime = await rebuilt(engine);
    const told: number[] = [];
    await runtime.builds.compare("sums", { onProgress: ({ rows }) => told.push(rows) });
    expect(told.at(-1)).toBe(8);

    const stopped = runtime.builds.compare("sums", { signal: { aborted: true } });

    await expect(stopped).rejects.toMatchObject({ code: "stopped" });
    await runtime.stop();
  });

  it("keeps to a rate", async () => {
    const engine = memoryEngine();
    await (await rebuilt(engine)).stop();
    const environment = memoryEnvironment();
    const began = environment.clock.now();
    let comparison: unknown;
    release(engine, sums(1), { environment })
      .builds.compare("sums", { rowsPerSecond: 1 })
      .then((compared) => {
        comparison = compared;
      });

    for (let seconds = 0; seconds < 60 && !comparison; seconds++) await environment.advance(1_000);

    expect(comparison).toMatchObject({ equal: true });
    expect(environment.clock.now() - began).toBeGreaterThanOrEqual(8_000);
  });
});
