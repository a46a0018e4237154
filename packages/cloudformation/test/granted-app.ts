/** An app that makes functions do what they may: two read models, one of which parks a counter, and a policy. */
import { app, policy, projection, send, t, table } from "foldstream";
import { counting, totals } from "../../aws-lambda/test/counter-app.ts";

const [counter] = counting.aggregates as [(typeof counting.aggregates)[number]];

const echoing = policy("echoing", {
  from: counting.aggregates,
  on: { "counter.Incremented": ({ data }) => (data.by === 3 ? send(counter, "echo", "Increment", { by: 1 }) : []) },
});

/** `indexed` by value from its second deployment on. */
export function grantedApp({ indexed }: { readonly indexed: boolean }) {
  const picky = projection("picky", {
    version: 1,
    from: counting.aggregates,
    key: ({ stream }) => stream.id,
    into: table({ id: t.key(), value: t.integer() }, indexed ? { indexes: [["value"]] } : {}),
    on: {
      "counter.Incremented": (row, { data, stream }) => {
        if (stream.id === "bad") throw new TypeError("no room");
        return { value: (row?.value ?? 0) + data.by };
      },
    },
  });
  const { aggregates, queries } = counting;
  return app({ name: "counter", aggregates, projections: [totals, picky], queries, policies: [echoing] });
}
