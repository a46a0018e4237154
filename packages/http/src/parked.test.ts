import { aggregate, app, createRuntime, projection, query, t, table } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { realEnvironment } from "../../core/test/bank.ts";
import { httpHandler } from "../src/index.ts";

const door = aggregate("door", {
  initialState: null,
  events: { Opened: z.object({}) },
  commands: { Open: z.object({}) },
  decide: { Open: () => ({ Opened: {} }) },
  evolve: { Opened: (state) => state },
});

const openings = projection("openings", {
  version: 1,
  from: [door],
  retries: 0,
  key: ({ stream }) => stream.id,
  into: table({ id: t.key(), count: t.integer() }),
  on: {
    "door.Opened": (row, { stream }) => {
      if (stream.id === "stuck") throw new TypeError("It is stuck.");
      return { count: (row?.count ?? 0) + 1 };
    },
  },
});

const all = query("all", {
  input: z.object({}),
  from: [openings],
  run: async (_, { read }) => ({ openings: await read.openings.count() }),
});

it("G6 refuses a query after a command of a parked stream, as a problem that asking again does not solve", async () => {
  const doors = app({ aggregates: [door], projections: [openings], queries: [all] });
  const runtime = createRuntime(doors, { engine: memoryEngine(), environment: realEnvironment });
  await runtime.start();
  onTestFinished(() => runtime.stop());
  const handle = httpHandler(runtime);
  const open = async (id: string) => {
    const url = `http://test/commands/door/${id}/Open`;
    const headers = { "content-type": "application/json" };
    const response = await handle(new Request(url, { method: "POST", headers, body: "{}" }));
    return response.headers.get("consistency-token") ?? "";
  };
  const ask = (...tokens: readonly string[]) =>
    handle(
      new Request("http://test/queries/all", {
        headers: { "consistency-token": tokens.join(", "), prefer: "wait=30" },
      }),
    );
  const [stuck, free] = [await open("stuck"), await open("free")];

  const refused = await ask(free, stuck);
  const answered = await ask(free);

  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBeNull();
  expect(await refused.json()).toMatchObject({
    type: "urn:foldstream:problem:parked",
    code: "parked",
    detail: expect.stringContaining("foldstream redrive --projection openings"),
    parked: { projection: "openings", stream: "door-stuck", version: 1 },
  });
  expect(await answered.json()).toEqual({ openings: 1 });
});
