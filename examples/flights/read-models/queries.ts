/** The questions that the page and the check ask. */

import { sqlQuery } from "@foldstream/sql";
import { query } from "foldstream";
import * as z from "zod";
import { board } from "./board.ts";
import { days } from "./days.ts";
import { page } from "./page.ts";
import { routes } from "./routes.ts";

export const airportQuery = query("airport", {
  input: z.object({ id: z.string() }),
  from: [board],
  run: async ({ id }, { read }) => (await read.board.get(id)) ?? null,
});

export const searchQuery = query("search", {
  input: z.object({ text: z.string().max(200), limit: z.int().min(1).max(100).default(20) }),
  from: [board],
  run: ({ text, limit }, { read }) => read.board.search(text, { limit }),
});

/** The busiest routes, of one airport or of all. */
export const routesQuery = query("routes", {
  input: z.object({ ...page, origin: z.string().optional() }),
  from: [routes],
  run: ({ origin, ...paging }, { read }) =>
    read.routes.find({ ...paging, ...(origin !== undefined && { where: { origin } }), orderBy: [["flights", "desc"]] }),
});

export const daysQuery = query("days", {
  input: z.object({}),
  from: [days],
  run: (_input, { read }) => read.days.find({ orderBy: [["day", "asc"]], limit: 1_000 }),
});

export const summaryQuery = sqlQuery("summary", {
  input: z.object({}),
  from: [board, routes],
  run: async (_input, db) => {
    const totals = await db
      .selectFrom("board")
      .select(({ fn, eb }) => [
        fn.countAll<number>().as("airports"),
        fn.count<number>(eb.case().when("departures", ">", 0).then(1).end()).as("airportsWithDepartures"),
        fn.coalesce(fn.sum<number>("departures"), eb.lit(0)).as("departures"),
        fn.coalesce(fn.sum<number>("onTime"), eb.lit(0)).as("onTime"),
        fn.coalesce(fn.sum<number>("delaySum"), eb.lit(0)).as("delaySum"),
        fn.min("firstDepartureAt").as("firstDepartureAt"),
        fn.max("lastDepartureAt").as("lastDepartureAt"),
      ])
      .executeTakeFirstOrThrow();
    const { routes } = await db
      .selectFrom("routes")
      .select(({ fn }) => fn.countAll<number>().as("routes"))
      .executeTakeFirstOrThrow();
    return { ...totals, routes };
  },
});
