import { describe, expect, it, vi } from "vitest";
import { buildsOf, deposit, release, sumFacts, sums, widerSums, writingBy } from "../../../test/releases.ts";
import { memoryEngine } from "../../memory/index.ts";
import type { Engine } from "../../port/index.ts";

/** The target, whose steps of version 2 wait for `open`. */
function gated(engine: Engine): { readonly engine: Engine; open(): void } {
  const gate = Promise.withResolvers<void>();
  const waiting = writingBy(engine, (write) => async (model, step) => {
    if (model.version === 2) await gate.promise;
    return write(model, step);
  });
  return { engine: waiting, open: () => gate.resolve() };
}

async function switched(engine: Engine): Promise<void> {
  await vi.waitFor(async () => expect(await buildsOf(engine)).toEqual(["1.0 previous", "2.0 live"]), 10_000);
}

/** A log of 50 deposits, and version 1 that includes them. */
async function firstRelease(engine: Engine): Promise<void> {
  const first = release(engine, sums(1));
  await first.start();
  const after = await deposit(first, "a", 50);
  expect(await first.ask("row", { id: "a" }, { after })).toMatchObject({ value: { cents: 50 } });
  await first.stop();
}

describe("a projection whose version was raised", () => {
  it("G7 is built beside the one before, which serves until the new one has caught up", async () => {
    const engine = memoryEngine();
    await firstRelease(engine);
    const { engine: slow, open } = gated(engine);
    const second = release(slow, sums(2));
    await second.start();

    expect(await second.ask("row", { id: "a" })).toEqual({ ok: true, value: { id: "a", cents: 50 } });
    expect((await second.status()).projections).toMatchObject([
      { version: 2, build: 0, serving: { version: 1, build: 0 } },
    ]);
    open();
    await switched(engine);

    await vi.waitFor(async () =>
      expect(await second.ask("row", { id: "a" })).toEqual({ ok: true, value: { id: "a", cents: 100 } }),
    );
    expect((await second.status()).projections).toMatchObject([{ serving: { version: 2, build: 0 } }]);
    await second.stop();
  });

  it("G6 never answers stale: a token waits for what serves, before, during and after the switch", async () => {
    const engine = memoryEngine({ partitions: 3 });
    await firstRelease(engine);
    const { engine: slow, open } = gated(engine);
    const second = release(slow, sums(2));
    await second.start();
    const early = await deposit(second, "a");

    const stale = await second.ask("row", { id: "a" }, { after: early, waitMs: 50 });
    const waiting = second.ask("row", { id: "a" }, { after: early, waitMs: 10_000 });
    open();

    expect(stale).toMatchObject({ ok: false, reason: "not-yet-consistent" });
    expect(await waiting).toMatchObject({ ok: true, value: { id: "a", cents: 102 } });
    for (let count = 52; count < 60; count++) {
      const after = await deposit(second, "a");
      expect(await second.ask("row", { id: "a" }, { after })).toMatchObject({
        ok: true,
        value: { id: "a", cents: count * 2 },
      });
    }
    await second.stop();
  });

  it("G6 reads at least what the version before included, while both releases run and commands keep coming", async () => {
    const engine = memoryEngine({ partitions: 2 });
    await firstRelease(engine);
    const first = release(engine, sums(1));
    await first.start();
    const second = release(engine, sums(2));
    await second.start();
    let deposited = 50;
    for (let round = 0; round < 200 && (await buildsOf(engine)).join() !== "1.0 previous,2.0 live"; round++) {
      const after = await deposit(first, "a");
      deposited++;
      const outcomes = await Promise.all(
        [first, second].map((runtime) => runtime.ask("row", { id: "a" }, { after, waitMs: 300 })),
      );
      for (const outcome of outcomes) {
        if (!outcome.ok) expect(outcome.reason).toBe("not-yet-consistent");
        else expect([deposited, deposited * 2]).toContain((outcome.value as { cents: number }).cents);
      }
    }
    await switched(engine);
    const after = await deposit(first, "a");
    deposited++;

    expect(await second.ask("row", { id: "a" }, { after })).toMatchObject({ value: { cents: deposited * 2 } });
    await first.stop();
    await second.stop();
  });

  it("answers `rebuilding` until then where the version before lacks a column, and never a row without it", async () => {
    const engine = memoryEngine();
    await firstRelease(engine);
    const { engine: slow, open } = gated(engine);
    const second = release(slow, widerSums(2));
    await second.start();

    const refused = { ok: false, reason: "rebuilding", projection: "sums" };
    expect(await second.ask("row", { id: "a" })).toEqual(refused);
    expect(await second.ask("row", { id: "a" }, { after: await deposit(second, "b"), waitMs: 10 })).toEqual(refused);
    open();
    await switched(engine);

    await vi.waitFor(async () =>
      expect(await second.ask("row", { id: "a" })).toEqual({ ok: true, value: { id: "a", cents: 100, entries: 50 } }),
    );
    await second.stop();
  });

  it("reads rows of the version before without the columns that are gone", async () => {
    const engine = memoryEngine();
    const first = release(engine, widerSums(1));
    await first.start();
    await first.ask("row", { id: "a" }, { after: await deposit(first, "a", 3) });
    await first.stop();
    const second = release(gated(engine).engine, sums(2));
    await second.prepare();

    expect(await second.ask("row", { id: "a" })).toEqual({ ok: true, value: { id: "a", cents: 3 } });
  });

  it("leaves the release before on its own version, which it goes on keeping", async () => {
    const engine = memoryEngine();
    await firstRelease(engine);
    const first = release(engine, sums(1));
    await first.start();
    const second = release(engine, sums(2));
    await second.start();
    await switched(engine);

    const after = await deposit(first, "a");

    expect(await first.ask("row", { id: "a" }, { after, waitMs: 10_000 })).toMatchObject({
      ok: true,
      value: { id: "a", cents: 51 },
    });
    await second.stop();
    await first.stop();
  });

  it("goes on where it was when its process was stopped in the middle", async () => {
    const engine = memoryEngine();
    await firstRelease(engine);
    let steps = 0;
    const mortal = writingBy(engine, (write) => async (model, step) => {
      if (model.version === 2 && ++steps >= 4) return new Promise(() => undefined);
      return write(model, step);
    });
    await release(mortal, sums(2)).start();
    await vi.waitFor(() => expect(steps).toBe(4));
    const places: number[] = [];
    const noting = writingBy(engine, (write) => (model, step) => {
      places.push(step.expected);
      return write(model, step);
    });
    const second = release(noting, sums(2));
    await second.start();
    await switched(engine);

    expect(places[0]).toBe(21);
    const after = await deposit(second, "a");
    expect(await second.ask("row", { id: "a" }, { after })).toMatchObject({ value: { cents: 102 } });
    await second.stop();
  });

  it("is the same for facts", async () => {
    const engine = memoryEngine({ partitions: 2 });
    const first = release(engine, sumFacts(1));
    await first.start();
    await Promise.all(["a", "b", "c"].map((id) => deposit(first, id, 20)));
    await first.stop();
    const second = release(engine, sumFacts(2));
    await second.start();
    await switched(engine);

    const [, live] = await engine.readModels.builds.list("sums");
    const found = await engine.readModels.reader(live?.model as never).find({ limit: 1_000 });
    expect(found).toHaveLength(60);
    expect(new Set(found.map(({ cents }) => cents))).toEqual(new Set([2]));
    await second.stop();
  });
});
