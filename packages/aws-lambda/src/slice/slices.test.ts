import { describe, expect, it } from "vitest";
import { countingFunctions, increment, invocation, totalsModel } from "../../test/counter.ts";
import { scheduledEvent, sqsEvent } from "../../test/events.ts";

const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);

async function counted() {
  const functions = await countingFunctions({ audit: { parts: 4 } });
  await functions.queue(sqsEvent(ids.map((id) => increment(id))));
  await functions.worker(scheduledEvent(), invocation());
  return functions;
}

describe("an audit", () => {
  it("looks at all parts while there is time, beginning where it is told", async () => {
    const { audit } = await counted();

    const { ok, parts, part, audits } = await audit({ part: 2 }, invocation());

    expect({ ok, parts, part }).toEqual({ ok: true, parts: [2, 3, 0, 1], part: 2 });
    expect(audits.reduce((sum, { rows }) => sum + rows, 0)).toBe(ids.length);
  });

  it("looks at another part each minute when it is told none", async () => {
    const { audit } = await counted();
    const minute = Math.floor(Date.now() / 60_000);

    const { parts } = await audit(scheduledEvent(), invocation());

    expect([minute % 4, (minute + 1) % 4]).toContain(parts[0]);
  });

  it("G8 finds what differs from the log, and says so in the log of the function", async () => {
    const { audit, engine, logged } = await counted();
    const [lease] = await engine.readModels.leases.read([totalsModel]);
    const rows = [{ key: "c1", row: { value: 99 } }];
    const expected = await engine.readModels.checkpoint(totalsModel, "0");
    const step = { epoch: lease?.epoch ?? 0, partition: "0", expected, next: expected, rows, facts: [] };
    expect(await engine.readModels.write(totalsModel, step)).toEqual({ ok: true });

    const { ok } = await audit({ part: 0 }, invocation());

    expect(ok).toBe(false);
    expect(logged).toMatchObject([["error", "A read model differs from the log.", { projection: "totals" }]]);
  });

  it("looks at nothing, and says so, when there is no time", async () => {
    const { audit, logged } = await counted();

    expect(await audit({ part: 3 }, invocation(0))).toEqual({ ok: true, parts: [], part: 3, audits: [] });

    expect(logged).toEqual([["error", expect.stringContaining("too short"), { parts: 4 }]]);
  });
});

describe("a rebuild", () => {
  it("ends when its time is up, and goes on until it is finished", async () => {
    const { rebuild } = await counted();

    expect(await rebuild({ projection: "totals" }, invocation(0))).toMatchObject({ finished: false });

    expect(await rebuild({ projection: "totals", switch: true }, invocation())).toMatchObject({
      finished: true,
      build: 1,
      switched: true,
    });
  });

  it("refuses to rebuild nothing, or what there is not", async () => {
    const { rebuild } = await counted();

    await expect(rebuild({}, invocation())).rejects.toMatchObject({ code: "unsupported-event" });
    await expect(rebuild({ projection: "totls" }, invocation())).rejects.toMatchObject({ code: "unknown-name" });
  });
});
