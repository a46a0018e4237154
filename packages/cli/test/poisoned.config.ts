/** An app whose projection fails on account b for as long as there is a file `poison` beside its database. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sqliteEngine } from "@foldstream/sqlite";
import { aggregate, app as appOf, projection, t, table } from "foldstream";
import * as z from "zod";

const folder = process.env.FOLDSTREAM_DATA ?? "";

export const account = aggregate("account", {
  initialState: 0,
  events: { Deposited: z.object({ cents: z.int() }) },
  commands: { Deposit: z.object({ cents: z.int() }) },
  decide: { Deposit: ({ cents }) => ({ Deposited: { cents } }) },
  evolve: { Deposited: (state, { cents }) => state + cents },
});

export const balances = projection("balances", {
  version: 1,
  from: [account],
  retries: 0,
  key: ({ stream }) => stream.id,
  into: table({ id: t.key(), cents: t.integer() }),
  on: {
    "account.Deposited": (row, { data, stream, version }) => {
      if (stream.id === "b" && version > 1 && existsSync(join(folder, "poison"))) throw new TypeError("b is poisoned");
      return { cents: (row?.cents ?? 0) + data.cents };
    },
  },
});

export const app = appOf({ aggregates: [account], projections: [balances] });
export const engine = () => sqliteEngine({ path: join(folder, "app.db") });
