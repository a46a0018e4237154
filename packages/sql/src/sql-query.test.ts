import { aggregate, projection, t, table } from "foldstream";
import type { SqlReader } from "foldstream/port";
import { expect, it } from "vitest";
import * as z from "zod";
import { sqlQuery } from "./sql-query.ts";

const door = aggregate("door", {
  initialState: {},
  events: { Opened: z.object({}) },
  commands: {},
  decide: {},
  evolve: { Opened: (state) => state },
});

const doors = projection("doors", {
  version: 1,
  from: [door],
  key: (event) => event.stream.id,
  into: table({ id: t.key(), open: t.boolean() }),
  on: {},
});

const openDoors = sqlQuery("openDoors", {
  input: z.object({}),
  from: [doors],
  run: (_input, db) => db.selectFrom("doors").select("id").where("open", "=", true).limit(5).execute(),
});

it.each([
  ["sqlite", 'select "id" from "doors" where "open" = ? limit ?', [1, 5]],
  ["postgres", 'select "id" from "doors" where "open" = $1 limit $2', [true, 5]],
  ["duckdb", 'select "id" from "doors" where "open" = $1 limit $2', [true, 5]],
] as const)("compiles for %s", async (dialect, sql, parameters) => {
  const reader: SqlReader = { dialect, select: async (statement) => [{ id: "front", statement }] };

  const rows = await openDoors.run({}, { read: {} as never, sql: reader });

  expect(rows).toEqual([{ id: "front", statement: { sql, parameters } }]);
});
