/** An app whose policy fails, and gets no for an answer, for as long as there is a file `poison` beside its database. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sqliteEngine } from "@foldstream/sqlite";
import { aggregate, app as appOf, policy, reject, send } from "foldstream";
import * as z from "zod";

const folder = process.env.FOLDSTREAM_DATA ?? "";
const isPoisoned = () => existsSync(join(folder, "poison"));

export const order = aggregate("order", {
  initialState: null,
  events: { Placed: z.object({}), Confirmed: z.object({}) },
  commands: { Place: z.object({}), Confirm: z.object({}) },
  decide: {
    Place: () => ({ Placed: {} }),
    Confirm: () => (isPoisoned() ? reject("closed", "Come back later.") : { Confirmed: {} }),
  },
  evolve: { Placed: (state) => state, Confirmed: (state) => state },
});

const confirming = policy("confirming", {
  from: [order],
  on: {
    "order.Placed": ({ stream }) => {
      if (stream.id === "odd" && isPoisoned()) throw new TypeError("odd is poisoned");
      return send(order, stream.id, "Confirm", {});
    },
  },
});

export const app = appOf({ aggregates: [order], policies: [confirming] });
export const engine = () => sqliteEngine({ path: join(folder, "policies.db") });
