/** The counter of the comparison, with the payload that all libraries store. */
import { aggregate, app, projection, query, t, table } from "foldstream";
import * as z from "zod";

const increment = z.object({
  by: z.int(),
  carrier: z.string(),
  flight: z.int(),
  origin: z.string(),
  destination: z.string(),
  delay: z.int(),
  note: z.string(),
});

export const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: increment },
  commands: { Increment: increment },
  decide: { Increment: (data) => ({ Incremented: data }) },
  evolve: { Incremented: ({ value }, { by }) => ({ value: value + by }) },
});

const totals = projection("totals", {
  version: 1,
  from: [counter],
  key: ({ stream }) => stream.id,
  into: table({ id: t.key(), value: t.integer() }),
  on: { "counter.Incremented": (row, { data }) => ({ value: (row?.value ?? 0) + data.by }) },
});

export const total = query("total", {
  input: z.object({ id: z.string() }),
  from: [totals],
  run: async ({ id }, { read }) => (await read.totals.get(id))?.value ?? 0,
});

export const counters = app({ name: "peers", aggregates: [counter], projections: [totals], queries: [total] });
