import { describe, expect, it } from "vitest";
import { adding, wholeFeed } from "../../../../tests/engines/log.ts";
import { commandsOf, spawnWriter } from "../../../../tests/engines/spawn-writer.ts";
import { foldSums, stepSums, sums } from "../../../../tests/engines/sums.ts";
import { openEngine, scratchFile, writerProcess } from "../../test/scratch.ts";

const appends = 400;

describe("two processes on one file", () => {
  it("append to the same streams, and fold into the same rows: exact", async () => {
    const path = scratchFile();
    const names = ["left", "right"];

    const writers = names.map((name, seed) => spawnWriter(writerProcess, [path, name, seed + 1, appends]));
    const ends = await Promise.all(writers.map(({ ended }) => ended));

    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const engine = openEngine({ path });
    const log = await wholeFeed(engine.eventFeed);
    expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
    const acknowledged = ends.flatMap(({ lines }) => [...commandsOf(lines, "ok").keys()]);
    expect(acknowledged).toHaveLength(2 * appends);
    expect(log.map(({ metadata }) => metadata.commandId).sort()).toEqual(acknowledged.sort());
    await engine.readModels.prepare([sums]);
    while (await stepSums(engine, 1_000));
    const rows = await engine.readModels.load(sums, [...new Set(log.map(({ stream }) => stream))]);
    for (const [stream, sum] of foldSums(log)) expect(rows.get(stream)).toEqual({ id: stream, ...sum });
  });

  it("wake each other's subscribers", async () => {
    const path = scratchFile();
    const [here, there] = [openEngine({ path }), openEngine({ path })];
    const woken = new Promise<string>((resolve) => here.eventFeed.subscribe(resolve));

    await there.eventStore.append([adding("sum-1", 0, "command-1")]);

    expect(await woken).toBe("0");
    expect(await here.eventFeed.head("0")).toBe(1);
  });

  it("learn of each other's streams, also of those that they remember otherwise", async () => {
    const path = scratchFile();
    const [here, there] = [openEngine({ path }), openEngine({ path })];
    expect(await here.eventStore.append([adding("sum-1", 3, "early")])).toMatchObject({ ok: false, actual: 0 });

    await there.eventStore.append([adding("sum-1", 0, "command-1")]);

    expect(await here.eventStore.append([adding("sum-1", 0, "late")])).toMatchObject({ ok: false, actual: 1 });
    expect(await here.eventStore.append([adding("sum-1", 0, "command-1")])).toMatchObject({
      reason: "duplicate-command",
    });
    expect(await here.eventStore.append([adding("sum-1", 1, "command-2")])).toMatchObject({ ok: true });
    expect(await there.eventStore.read("sum-1", { after: 0, limit: 9 })).toHaveLength(2);
  });
});
