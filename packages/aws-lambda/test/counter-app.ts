/** The domain of the tests: a counter that ends at a thousand, with the small edition of zod. */
import { aggregate, app, projection, query, reject, t, table } from "foldstream";
import * as z from "zod/mini";

const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: { Increment: z.object({ by: z._default(z.int(), 1) }), Explode: z.object({}) },
  decide: {
    Increment: ({ by }, { value }) =>
      value + by > 1_000 ? reject("full", "A counter ends at a thousand.") : { Incremented: { by } },
    Explode: () => {
      throw new Error("a bug in decide");
    },
  },
  evolve: { Incremented: ({ value }, { by }) => ({ value: value + by }) },
  snapshot: { every: 5 },
});

export const totals = projection("totals", {
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

export const counting = app({ name: "counter", aggregates: [counter], projections: [totals], queries: [total] });
