/** The board, sorted by anything that its columns show: averages are made here, from exact sums. */
import { type ReadModelDatabase, type SelectBuilder, sql, sqlQuery } from "@foldstream/sql";
import * as z from "zod";
import { board } from "./board.ts";
import { page } from "./page.ts";

const columns = [
  "id",
  "name",
  "city",
  "state",
  "departures",
  "onTimeShare",
  "averageDelay",
  "firstDepartureAt",
  "lastDepartureAt",
] as const;

export const boardQuery = sqlQuery("board", {
  input: z.object({
    ...page,
    sort: z.enum(columns).default("departures"),
    direction: z.enum(["asc", "desc"]).default("desc"),
    /** Only airports with at least so many departures: an average of two flights says little. */
    departures: z.int().min(0).default(0),
  }),
  from: [board],
  run: async ({ sort, direction, limit, offset, departures }, db) => {
    const rows = await airports(db)
      .where("departures", ">=", departures)
      .orderBy(sort, (order) => (direction === "asc" ? order.asc() : order.desc()).nullsLast())
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map((row) => ({ ...row, open: Boolean(row.open) }));
  },
});

function airports(db: SelectBuilder<ReadModelDatabase<readonly [typeof board]>>) {
  return db
    .selectFrom("board")
    .selectAll()
    .select([perDeparture("onTime").as("onTimeShare"), perDeparture("delaySum").as("averageDelay")]);
}

/** In floating point also where both are whole numbers; nothing for an airport without departures. */
function perDeparture(column: "onTime" | "delaySum") {
  return sql<number | null>`cast(${sql.ref(column)} as double precision) / nullif(departures, 0)`;
}
