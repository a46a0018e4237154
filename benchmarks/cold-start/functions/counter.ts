/** The domain of the functions: the counter, with the small edition of zod. */
import { aggregate, app, projection, query, t, table } from "foldstream";
import * as z from "zod/mini";

const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: { Increment: z.object({ by: z._default(z.int(), 1) }) },
  decide: { Increment: ({ by }) => ({ Incremented: { by } }) },
  evolve: { Incremented: ({ value }, { by }) => ({ value: value + by }) },
});

const totals = projection("totals", {
  version: 1,
  from: [counter],
  key: ({ stream }) => stream.id,
  into: table({ id: t.key(), value: t.integer() }),
  on: { "counter.Incremented": (row, { data }) => ({ value: (row?.value ?? 0) + data.by }) },
});

const total = query("total", {
  input: z.object({ id: z.string() }),
  from: [totals],
  run: async ({ id }, { read }) => (await read.totals.get(id))?.value ?? 0,
});

export const commandsAlone = app({ name: "counter", aggregates: [counter] });
export const whole = app({ name: "counter", aggregates: [counter], projections: [totals], queries: [total] });
