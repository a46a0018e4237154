/** The application whose growth is measured: a counter with snapshots, and as many projections of it as asked for. */
import { aggregate, app, projection, query, t, table } from "foldstream";
import * as z from "zod";

const snapshotEvery = 100;

export const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: { Increment: z.object({ by: z.int() }) },
  decide: { Increment: (data) => ({ Incremented: data }) },
  evolve: { Incremented: ({ value }, { by }) => ({ value: value + by }) },
  snapshot: { every: snapshotEvery },
});

function totalsNamed<Name extends string>(name: Name) {
  return projection(name, {
    version: 1,
    from: [counter],
    key: ({ stream }) => stream.id,
    into: table({ id: t.key(), value: t.integer() }),
    on: { "counter.Incremented": (row, { data }) => ({ value: (row?.value ?? 0) + data.by }) },
  });
}

const totals = totalsNamed("totals");

export const total = query("total", {
  input: z.object({ id: z.string() }),
  from: [totals],
  run: async ({ id }, { read }) => (await read.totals.get(id))?.value ?? 0,
});

export const counters = app({ name: "scale", aggregates: [counter], projections: [totals], queries: [total] });

/** The same with that many projections of the same events. */
export function countersWith(projections: number) {
  const all = Array.from({ length: projections }, (_, index) => totalsNamed(`totals${index}`));
  return app({ name: "scale", aggregates: [counter], projections: all, queries: [] });
}
