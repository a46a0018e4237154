import { memoryEngine } from "foldstream/memory";
import type { Engine } from "foldstream/port";
import { expect, it, onTestFinished, vi } from "vitest";
import { type counters, hosted } from "../../http/test/counters.ts";
import { client } from "./index.ts";

const ids = Array.from({ length: 200 }, (_, index) => `c${index}`);

/** Partitions that are read by nobody until they are let go: as far behind as a feed may be. */
function heldBack(engine: Engine) {
  const held = new Set<string>();
  const eventFeed: Engine["eventFeed"] = {
    ...engine.eventFeed,
    read: async (partition, after, limit) =>
      held.has(partition) ? { events: [], next: after } : engine.eventFeed.read(partition, after, limit),
  };
  return { held, engine: { ...engine, eventFeed } };
}

async function started() {
  const { held, engine } = heldBack(memoryEngine({ partitions: 4 }));
  const { runtime, handle } = hosted({ live: { pauseMs: 5, recheckMs: 50 } }, engine);
  await runtime.start();
  onTestFinished(() => runtime.stop());
  const sent: (string | null)[] = [];
  const local: typeof fetch = (url, init) => {
    const request = new Request(url as string, init);
    if (request.url.includes("/queries/")) sent.push(request.headers.get("consistency-token"));
    return handle(request);
  };
  const api = client<typeof counters>({ baseUrl: "http://test", fetch: local });
  return { held, engine, sent, api };
}

async function partitionOf({ engine, api }: Awaited<ReturnType<typeof started>>, id: string): Promise<string> {
  const outcome = await api.execute("counter", id, "Increment", {});
  const [point] = (await engine.eventFeed.locate(outcome.ok ? outcome.token : "")) ?? [];
  return point?.partition ?? "";
}

it("G6 a client reads what it has written although it wrote to another partition since", async () => {
  const world = await started();
  const { held, api } = world;
  const late = await partitionOf(world, "late");
  held.add(late);
  await api.execute("counter", "late", "Increment", {});

  for (const id of ids.slice(0, 8)) await api.execute("counter", id, "Increment", {});

  expect(await api.query("total", { id: "late" }, { waitMs: 1_000 })).toMatchObject({ reason: "not-yet-consistent" });
  held.delete(late);
  expect(await api.query("total", { id: "late" })).toEqual({ ok: true, value: { value: 2 } });
});

it("G6 a client reads what it has written however many streams it wrote to since", async () => {
  const world = await started();
  const { held, sent, api } = world;
  held.add(await partitionOf(world, "late"));
  await api.execute("counter", "late", "Increment", {});
  for (const id of ids) await api.execute("counter", id, "Increment", {});

  expect(await api.query("total", { id: "late" }, { waitMs: 1_000 })).toMatchObject({ reason: "not-yet-consistent" });
  held.clear();
  expect(await api.query("total", { id: "late" })).toEqual({ ok: true, value: { value: 2 } });
  sent.length = 0;
  await api.query("total", { id: "c199" });
  await api.query("total", { id: "c199" });

  expect(sent.map((tokens) => tokens?.split(", ").length)).toEqual([expect.any(Number), 1]);
});

it("G6 a live query begins with what the client has written, however many streams that were", async () => {
  const { api } = await started();
  for (const id of ids) await api.execute("counter", id, "Increment", {});
  const seen: number[] = [];

  const stop = api.live("total", { id: "c0" }, ({ value }) => seen.push(value));
  onTestFinished(stop);

  await vi.waitFor(() => expect(seen).toEqual([1]), 10_000);
});
