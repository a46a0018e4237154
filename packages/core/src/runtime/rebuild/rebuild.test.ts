import { describe, expect, it, vi } from "vitest";
import { buildsOf, deposit, release, sumFacts, sums, widerSums, writingBy } from "../../../test/releases.ts";
import { type AnyProjection, isFoldstreamError, type RebuildProgress, type Runtime } from "../../index.ts";
import { memoryEngine, memoryEnvironment } from "../../memory/index.ts";
import type { Engine, ReadModelStore } from "../../port/index.ts";
import { readModelOf } from "../projection/fold.ts";

const accounts = ["a", "b", "c", "d"];

/** A log of 30 deposits in each account, and a read model that includes them. */
async function started(engine: Engine, one: AnyProjection = sums(1)): Promise<Runtime> {
  const runtime = release(engine, one);
  await runtime.start();
  const after = await Promise.all(accounts.map((id) => deposit(runtime, id, 30)));
  await runtime.ask("row", { id: "a" }, { after, waitMs: 60_000 });
  return runtime;
}

/** Changes a row behind everybody's back. */
async function spoil({ readModels }: Engine, one: AnyProjection): Promise<void> {
  const step = { partition: "spoilt", expected: 0, next: 1, facts: [] };
  await readModels.write(readModelOf(one), { ...step, rows: [{ key: "a", row: { cents: -1 } }] });
}

async function liveRows({ readModels }: Engine): Promise<readonly unknown[]> {
  const live = (await readModels.builds.list("sums")).find(({ state }) => state === "live");
  return readModels.reader(live?.model as never).find({ limit: 1_000 });
}

const exact = (cents: number) => accounts.map((id) => ({ id, cents }));

const centsOf = async (runtime: Runtime, id: string, after?: string) => {
  const outcome = await runtime.ask("row", { id }, { waitMs: 60_000, ...(after !== undefined && { after }) });
  return outcome.ok ? (outcome.value as { readonly cents: number }).cents : outcome.reason;
};

describe("a rebuild of the same version", () => {
  it("G7 leaves the live build serving until it is told to switch, and heals what was spoilt", async () => {
    const engine = memoryEngine({ partitions: 2 });
    const runtime = await started(engine);
    await spoil(engine, sums(1));

    const built = await runtime.builds.rebuild("sums");

    expect(built).toMatchObject({ projection: "sums", version: 1, build: 1, resumedAt: 0, done: 120, switched: false });
    expect(await buildsOf(engine)).toEqual(["1.0 live", "1.1 new"]);
    expect(await centsOf(runtime, "a")).toBe(-1);
    const after = await deposit(runtime, "b");
    const switched = await runtime.builds.switch("sums");
    expect(switched).toEqual({
      projection: "sums",
      from: { version: 1, build: 0 },
      to: { version: 1, build: 1 },
      behind: 0,
    });
    expect([await centsOf(runtime, "a", after), await centsOf(runtime, "b", after)]).toEqual([30, 31]);
    expect(await centsOf(runtime, "a", await deposit(runtime, "a"))).toBe(31);
    await runtime.stop();
  });

  it("G7 is rolled back to the build that served before, brought up to date first", async () => {
    const engine = memoryEngine({ partitions: 2 });
    const runtime = await started(engine);
    await runtime.builds.rebuild("sums", { switch: true });
    const after = await deposit(runtime, "a", 5);
    expect(await centsOf(runtime, "a", after)).toBe(35);

    const back = await runtime.builds.rollBack("sums");

    expect(back).toMatchObject({ from: { build: 1 }, to: { build: 0 }, behind: 0 });
    expect(await buildsOf(engine)).toEqual(["1.0 live", "1.1 previous"]);
    expect(await centsOf(runtime, "a", after)).toBe(35);
    expect(await centsOf(runtime, "a", await deposit(runtime, "a"))).toBe(36);
    await runtime.stop();
  });

  it("drops what no longer serves, and only that; the next build has a number of its own", async () => {
    const engine = memoryEngine();
    const runtime = await started(engine);
    await runtime.builds.rebuild("sums", { switch: true });

    expect(await runtime.builds.drop("sums")).toEqual([{ version: 1, build: 0 }]);
    expect(await runtime.builds.drop("sums")).toEqual([]);
    expect(await centsOf(runtime, "a")).toBe(30);
    expect(await runtime.builds.rebuild("sums")).toMatchObject({ build: 2 });
    expect(await runtime.builds.list("sums")).toMatchObject([
      { build: 0, state: "dropped", lag: 0 },
      { build: 1, state: "live", lag: 0 },
      { build: 2, state: "new", lag: 0 },
    ]);
    await runtime.stop();
  });

  it("G6 never answers stale, in any process, while commands come and builds are switched to and fro", async () => {
    const engine = memoryEngine({ partitions: 2 });
    const runtime = await started(engine);
    const other = release(engine, sums(1));
    await other.start();
    let deposited = 30;
    let done = false;
    const commands = async () => {
      while (!done) {
        const after = await deposit(runtime, "a");
        deposited++;
        for (const asked of [runtime, other]) expect(await centsOf(asked, "a", after)).toBe(deposited);
      }
    };
    const operations = async () => {
      for (let round = 0; round < 3; round++) {
        await runtime.builds.rebuild("sums", { switch: true });
        await other.builds.rollBack("sums");
        await runtime.builds.rollBack("sums");
        await other.builds.drop("sums");
      }
      done = true;
    };
    await Promise.all([commands(), operations().finally(() => (done = true))]);

    expect(deposited).toBeGreaterThan(30);
    await other.stop();
    await runtime.stop();
  });

  it("is the same for facts", async () => {
    const engine = memoryEngine({ partitions: 3 });
    const runtime = release(engine, sumFacts(1));
    await runtime.start();
    await Promise.all(accounts.map((id) => deposit(runtime, id, 30)));

    await runtime.builds.rebuild("sums", { switch: true });

    expect(await liveRows(engine)).toHaveLength(120);
    await runtime.stop();
  });

  it("G7 comes to its end while commands come in all the time", async () => {
    const engine = memoryEngine();
    const runtime = await started(engine);
    const { eventFeed } = engine;
    let commands = 0;
    const head: typeof eventFeed.head = async (partition) => {
      for (let more = 0; more < 20; more++) await deposit(runtime, `new${commands++}`);
      return eventFeed.head(partition);
    };

    const operator = release({ ...engine, eventFeed: { ...eventFeed, head } }, sums(1));

    expect(await operator.builds.rebuild("sums", { switch: true })).toMatchObject({ switched: true });
    expect(await buildsOf(engine)).toEqual(["1.0 previous", "1.1 live"]);
    await runtime.stop();
  });

  it("works without a started runtime, as on the command line", async () => {
    const engine = memoryEngine();
    const runtime = await started(engine);
    await runtime.stop();

    await release(engine, sums(1)).builds.rebuild("sums", { switch: true });

    expect(await buildsOf(engine)).toEqual(["1.0 previous", "1.1 live"]);
    expect(await liveRows(engine)).toEqual(exact(30));
  });
});

describe("a rebuild that is cut off", () => {
  /** An engine that is gone for its user from the given write on: before that write, or after it. */
  function dyingAt(engine: Engine, last: number, when: "before" | "after") {
    let writes = 0;
    const gone = new Promise<never>(() => undefined);
    const mortal =
      <Args extends unknown[], T>(act: (...args: Args) => Promise<T>) =>
      async (...args: Args) => {
        writes++;
        if (writes > last || (writes === last && when === "before")) return gone;
        const result = await act(...args);
        return writes >= last ? gone : result;
      };
    const { readModels } = engine;
    const { builds, leases } = readModels;
    const target: ReadModelStore = {
      ...readModels,
      prepare: mortal(readModels.prepare),
      write: mortal(readModels.write),
      builds: { ...builds, switchTo: mortal(builds.switchTo) },
      leases: { ...leases, replace: mortal(leases.replace) },
    };
    return { engine: { ...engine, readModels: target }, writes: () => writes };
  }

  it.each(["before", "after"] as const)(
    "G10 %s any of its writes is completed by the next one, exactly",
    async (when) => {
      for (let last = 1; last < 200; last++) {
        const engine = memoryEngine({ partitions: 2 });
        const runtime = await started(engine);
        await runtime.stop();
        const dying = dyingAt(engine, last, when);
        const victim = release(dying.engine, sums(1)).builds.rebuild("sums", { switch: true });
        const finished = await Promise.race([
          victim.then(() => true),
          vi
            .waitFor(() => expect(dying.writes()).toBeGreaterThanOrEqual(last), { timeout: 60_000, interval: 1 })
            .then(() => false),
        ]);
        const switchedBefore = (await buildsOf(engine))[1] === "1.1 live";

        await release(engine, sums(1)).builds.rebuild("sums", { switch: true });

        expect(await buildsOf(engine)).toEqual(
          switchedBefore ? ["1.0 previous", "1.1 previous", "1.2 live"] : ["1.0 previous", "1.1 live"],
        );
        expect(await liveRows(engine)).toEqual(exact(30));
        if (finished) return;
      }
      expect.fail("a rebuild of 120 events does not take 200 writes");
    },
  );

  it("goes on where it was told to stop", async () => {
    const engine = memoryEngine();
    const runtime = await started(engine);
    const signal = { aborted: false };
    let writes = 0;
    const slow = writingBy(engine, (write) => async (model, step) => {
      if (model.build === 1 && ++writes === 2) signal.aborted = true;
      if (signal.aborted) await new Promise((resolve) => setImmediate(resolve));
      return write(model, step);
    });
    const settings = { eventsPerStep: 1 };
    const stopped = release(slow, sums(1), { settings }).builds.rebuild("sums", { signal, eventsPerSecond: 50 });
    await expect(stopped).rejects.toMatchObject({ code: "stopped" });

    const built = await runtime.builds.rebuild("sums");

    expect(built.build).toBe(1);
    expect(built.resumedAt).toBeGreaterThan(0);
    expect(built.resumedAt).toBeLessThan(120);
    expect(built.done).toBe(120);
    await runtime.stop();
  });

  it("G4 is taken over by a second operator, and the first is told; nothing is counted twice", async () => {
    const engine = memoryEngine({ partitions: 2 });
    const runtime = await started(engine);
    const operators = [release(engine, sums(1)), release(engine, sums(1)), runtime];

    const results = await Promise.allSettled(
      operators.map(({ builds }) => builds.rebuild("sums", { eventsPerSecond: 2_000 })),
    );

    for (const result of results)
      if (result.status === "rejected")
        expect(isFoldstreamError(result.reason) && result.reason.code).toBe("lease-lost");
    await runtime.builds.rebuild("sums", { switch: true });
    expect(await liveRows(engine)).toEqual(exact(30));
    await runtime.stop();
  });
});

describe("a rebuild that somebody else has taken over", () => {
  it("ends with that, also when the other one does not finish", async () => {
    const engine = memoryEngine();
    const runtime = await started(engine);
    const begun = Promise.withResolvers<void>();
    const first = runtime.builds.rebuild("sums", { eventsPerSecond: 1, onProgress: () => begun.resolve() });
    first.catch(() => undefined);
    await begun.promise;
    const signal = { aborted: false };
    const onProgress = () => {
      signal.aborted = true;
    };

    const second = release(engine, sums(1)).builds.rebuild("sums", { eventsPerSecond: 1, signal, onProgress });

    await expect(second).rejects.toMatchObject({ code: "stopped" });
    await expect(first).rejects.toMatchObject({ code: "lease-lost" });
    await runtime.stop();
  });
});

/** An engine that counts how often its user has looked at the leases. */
function countingLooks(engine: Engine) {
  let looks = 0;
  const { leases } = engine.readModels;
  const read: typeof leases.read = (models) => {
    looks++;
    return leases.read(models);
  };
  const readModels = { ...engine.readModels, leases: { ...leases, read } };
  return { engine: { ...engine, readModels }, looks: () => looks };
}

describe("a rebuild of a raised version", () => {
  it("switches by itself, and after a rollback nothing switches but people", async () => {
    const engine = memoryEngine();
    await (await started(engine)).stop();
    const { engine: counted, looks } = countingLooks(engine);
    const second = release(counted, widerSums(2));

    expect(await second.builds.rebuild("sums")).toMatchObject({ version: 2, build: 0, switched: true });
    await second.start();
    const after = await deposit(second, "a");
    expect(await centsOf(second, "a", after)).toBe(62);
    expect(await second.builds.rollBack("sums")).toMatchObject({ to: { version: 1 }, behind: 1 });
    const rounds = looks();
    await vi.waitFor(async () => {
      expect((await second.status()).projections).toMatchObject([{ state: "idle" }]);
      expect(looks()).toBeGreaterThan(rounds + 5);
    }, 20_000);

    expect(await second.ask("row", { id: "a" })).toEqual({ ok: false, reason: "rebuilding", projection: "sums" });
    expect(await buildsOf(engine)).toEqual(["1.0 live", "2.0 previous"]);
    expect(await second.builds.rollBack("sums")).toMatchObject({ to: { version: 2 }, behind: 0 });
    expect(await centsOf(second, "a")).toBe(62);
    await second.stop();
  });

  it("G6 gives no answer for a token that a build rolled back to does not include", async () => {
    const engine = memoryEngine();
    await (await started(engine)).stop();
    const second = release(engine, sums(2));
    await second.builds.rebuild("sums");
    await second.start();
    const after = await deposit(second, "a");
    expect(await centsOf(second, "a", after)).toBe(62);

    await second.builds.rollBack("sums");

    const outcome = await second.ask("row", { id: "a" }, { after, waitMs: 30 });
    expect(outcome).toMatchObject({ ok: false, reason: "not-yet-consistent" });
    expect(await centsOf(second, "a")).toBe(30);
    await second.stop();
  });
});

describe("a rebuild tells", () => {
  it("how far it is, how fast it goes and how long it takes, and keeps to a rate", async () => {
    const engine = memoryEngine({ partitions: 2 });
    await (await started(engine)).stop();
    const environment = memoryEnvironment();
    const told: RebuildProgress[] = [];
    const runtime = release(engine, sums(1), { environment });

    const rebuilding = runtime.builds.rebuild("sums", { eventsPerSecond: 10, onProgress: (one) => told.push(one) });
    let result: unknown;
    rebuilding.then((built) => (result = built));
    for (let second = 0; second < 60 && !result; second++) await environment.advance(1_000);

    expect(result).toMatchObject({ done: 120, switched: false });
    expect((result as { readonly ms: number }).ms).toBeGreaterThan(10_000);
    expect((result as { readonly ms: number }).ms).toBeLessThan(14_000);
    expect(told[0]).toMatchObject({ projection: "sums", version: 1, build: 1, done: 0, total: 120 });
    expect(told.at(-1)).toMatchObject({ done: 120, total: 120, msLeft: 0 });
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((one, other) => one - other));
    const [middle] = told.filter(({ done }) => done >= 60);
    expect(middle?.perSecond).toBeGreaterThan(5);
    expect(middle?.msLeft).toBeGreaterThan(3_000);
  });

  it("what it cannot do", async () => {
    const engine = memoryEngine();
    const runtime = await started(engine);
    const { builds } = runtime;

    await expect(builds.rebuild("sms")).rejects.toMatchObject({ code: "unknown-name", nearest: ["sums"] });
    await expect(builds.switch("sums")).rejects.toMatchObject({ code: "unknown-build" });
    await expect(builds.rollBack("sums")).rejects.toMatchObject({ code: "unknown-build" });
    expect(await buildsOf(engine)).toEqual(["1.0 live"]);
    await runtime.stop();
  });
});
