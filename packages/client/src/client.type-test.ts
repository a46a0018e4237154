/** Compiled, never run: what the types of a client accept and refuse. */
import { aggregate, app, projection, query, t, table } from "foldstream";
import * as z from "zod";
import { client } from "./index.ts";

const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: { Increment: z.object({ by: z.int().default(1) }), Reset: z.object({}) },
  decide: { Increment: ({ by }) => ({ Incremented: { by } }), Reset: () => [] },
  evolve: { Incremented: (state, { by }) => ({ value: state.value + by }) },
});
const door = aggregate("door", {
  initialState: {},
  events: { Opened: z.object({}) },
  commands: { Open: z.object({ key: z.string() }) },
  decide: { Open: () => ({ Opened: {} }) },
  evolve: { Opened: (state) => state },
});
const totals = projection("totals", {
  version: 1,
  from: [counter],
  key: ({ stream }) => stream.id,
  into: table({ id: t.key(), value: t.integer() }),
  on: { "counter.Incremented": (row, { data }) => ({ value: (row?.value ?? 0) + data.by }) },
});
const top = query("top", {
  input: z.object({ limit: z.int().default(10) }),
  from: [totals],
  run: async ({ limit }, { read }) => ({ rows: await read.totals.find({ limit }), askedAt: new Date() }),
});
const typed = app({ aggregates: [counter, door], projections: [totals], queries: [top] });

export async function accepted(): Promise<void> {
  const api = client<typeof typed>({ baseUrl: "" });

  const outcome = await api.execute("counter", "1", "Increment", { by: 1 });
  await api.execute("counter", "1", "Increment", {}, { commandId: "c", expectedVersion: 3 });
  await api.execute("door", "1", "Open", { key: "k" });
  await api.executeTogether([
    { aggregate: "counter", id: "1", command: "Increment", data: {} },
    { aggregate: "door", id: "1", command: "Open", data: { key: "k" } },
  ]);
  if (outcome.ok) outcome.version satisfies number;
  else if (outcome.reason === "rejected") outcome.rejection.code satisfies string;
  else if (outcome.reason === "problem") outcome.problem.status satisfies number;

  const answer = await api.query("top", { limit: 3 }, { waitMs: 100 });
  if (answer.ok) {
    answer.value.rows[0]?.value satisfies number | undefined;
    answer.value.askedAt satisfies string;
    // @ts-expect-error a Date arrives as text
    answer.value.askedAt.getTime();
  }
  const stop: () => void = api.live("top", {}, ({ rows }) => rows.length satisfies number);
  stop();
}

export async function refused(): Promise<void> {
  const api = client<typeof typed>({ baseUrl: "" });

  // @ts-expect-error no such aggregate
  await api.execute("countr", "1", "Increment", {});
  // @ts-expect-error no such command
  await api.execute("counter", "1", "Incremnt", {});
  // @ts-expect-error a command of another aggregate
  await api.execute("counter", "1", "Open", { key: "k" });
  // @ts-expect-error a payload of the wrong type
  await api.execute("counter", "1", "Increment", { by: "1" });
  // @ts-expect-error a payload that lacks something
  await api.execute("door", "1", "Open", {});
  // @ts-expect-error a payload of another command
  await api.executeTogether([{ aggregate: "door", id: "1", command: "Open", data: { by: 1 } }]);
  // @ts-expect-error no such query
  await api.query("tops", {});
  // @ts-expect-error an input of the wrong type
  await api.query("top", { limit: "3" });
  // @ts-expect-error an input of the wrong type
  api.live("top", { limit: "3" }, () => undefined);
}
