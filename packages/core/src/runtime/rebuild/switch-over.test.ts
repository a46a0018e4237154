import { describe, expect, it } from "vitest";
import { t } from "../../definition/column.ts";
import { memoryEngine, memoryEnvironment } from "../../memory/index.ts";
import type { Engine, ReadModel } from "../../port/index.ts";
import { switchOver } from "./switch-over.ts";

const leaseMs = 600;
const live: ReadModel = {
  name: "sums",
  version: 1,
  build: 0,
  kind: "table",
  columns: { id: t.key(), cents: t.integer() },
  indexes: [],
  search: [],
};
const next: ReadModel = { ...live, build: 1 };

async function prepared() {
  const engine = memoryEngine({ partitions: 2 });
  await engine.readModels.prepare([live, next]);
  await engine.readModels.leases.replace(live, undefined, { epoch: 1, holder: "worker", beat: 1 });
  const time = memoryEnvironment();
  const { eventFeed: feed, readModels: target } = engine;
  const switching = () => switchOver({ feed, target, environment: time, leaseMs, observer: {} }, live, next);
  return { engine, time, switching };
}

/** Moves a checkpoint of a build to a position. */
async function reach({ readModels }: Engine, model: ReadModel, position: number, epoch?: number) {
  const expected = await readModels.checkpoint(model, "1");
  const step = { partition: "1", expected, next: position, rows: [], facts: [] };
  return readModels.write(model, epoch === undefined ? step : { ...step, epoch });
}

const serving = async ({ readModels }: Engine) =>
  (await readModels.builds.list("sums")).find(({ state }) => state === "live")?.model.build;

describe("switching over", () => {
  it("G6 waits until the next build includes all that the live one includes, in every partition", async () => {
    const { engine, time, switching } = await prepared();
    await reach(engine, live, 9, 1);
    await reach(engine, next, 8);

    const switched = switching();
    await time.advance(leaseMs);
    expect(await serving(engine)).toBe(0);
    await reach(engine, next, 9);
    await time.advance(20);
    await switched;

    expect(await serving(engine)).toBe(1);
  });

  it("G6 lets no worker write the live build meanwhile, nor right after", async () => {
    const { engine, time, switching } = await prepared();
    await reach(engine, live, 9, 1);
    const switched = switching();
    await time.advance(100);

    expect(await reach(engine, live, 10, 1)).toEqual({ ok: false, reason: "lease-lost" });
    await reach(engine, next, 9);
    await time.advance(20);
    await switched;
    expect(await reach(engine, live, 10, 1)).toEqual({ ok: false, reason: "lease-lost" });
    expect((await engine.readModels.leases.read([live]))[0]?.holder).not.toBeNull();
  });

  it("gives up when the next build does not get there, and lets the live one go on at once", async () => {
    const { engine, time, switching } = await prepared();
    await reach(engine, live, 9, 1);
    const failed = expect(switching()).rejects.toMatchObject({ code: "not-caught-up" });
    await time.advance(3 * leaseMs);
    await failed;

    expect(await serving(engine)).toBe(0);
    expect((await engine.readModels.leases.read([live]))[0]).toMatchObject({ epoch: 2, holder: null });
  });

  it("fails when somebody takes the live build from it, or has switched already, and changes nothing then", async () => {
    const { engine, time, switching } = await prepared();
    const { builds, leases, prepare } = engine.readModels;
    await reach(engine, live, 9, 1);
    const lost = expect(switching()).rejects.toMatchObject({ code: "lease-lost" });
    await time.advance(100);
    const [lease] = await leases.read([live]);
    await leases.replace(live, lease, { epoch: 3, holder: "operator", beat: 1 });
    await time.advance(leaseMs);
    await reach(engine, next, 9);
    await time.advance(100);
    await lost;
    expect(await serving(engine)).toBe(0);

    const third = { ...live, build: 2 };
    await prepare([third]);
    await builds.switchTo(live, third);
    const late = expect(switching()).rejects.toMatchObject({ code: "build-changed" });
    await time.advance(100);
    await late;
    expect(await serving(engine)).toBe(2);
  });
});
