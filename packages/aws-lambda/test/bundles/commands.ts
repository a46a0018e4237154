/** A bundle that takes commands and nothing else, with the small edition of zod. */
import { dynamoDbLog } from "@foldstream/dynamodb";
import { aggregate, app } from "foldstream";
import * as z from "zod/mini";
import { commandFunctions } from "../../src/index.ts";

const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: { Increment: z.object({ by: z._default(z.int(), 1) }) },
  decide: { Increment: ({ by }) => ({ Incremented: { by } }) },
  evolve: { Incremented: ({ value }, { by }) => ({ value: value + by }) },
});

export const { http: handler } = await commandFunctions({
  app: app({ name: "counter", aggregates: [counter] }),
  log: () => dynamoDbLog({ tablePrefix: "counter-" }),
});
