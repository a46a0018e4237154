// #region app
import { aggregate, app, projection, query, reject, t, table } from "foldstream";
import * as z from "zod";

export const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: { Increment: z.object({ by: z.int().min(1).default(1) }) },
  decide: {
    Increment: ({ by }, { value }) =>
      value + by > 1_000_000 ? reject("full", "A counter ends at a million.") : { Incremented: { by } },
  },
  evolve: { Incremented: ({ value }, { by }) => ({ value: value + by }) },
});

export const totals = projection("totals", {
  version: 1,
  from: [counter],
  key: (event) => event.stream.id,
  into: table({ id: t.key(), value: t.integer(), lastAt: t.timestamp() }),
  on: {
    "counter.Incremented": (row, { data, recordedAt }) => ({ value: (row?.value ?? 0) + data.by, lastAt: recordedAt }),
  },
});

export const total = query("total", {
  input: z.object({ id: z.string() }),
  from: [totals],
  run: async ({ id }, { read }) => (await read.totals.get(id))?.value ?? 0,
});

export default app({ name: "counter", aggregates: [counter], projections: [totals], queries: [total] });
// #endregion app
