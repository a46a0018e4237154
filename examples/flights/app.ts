/** The application: what there is to be run, on whatever engine. */
import { app as define } from "foldstream";
import { airport } from "./domain/airport.ts";
import { board } from "./read-models/board.ts";
import { boardQuery } from "./read-models/board-query.ts";
import { days } from "./read-models/days.ts";
import { airportQuery, daysQuery, routesQuery, searchQuery, summaryQuery } from "./read-models/queries.ts";
import { routes } from "./read-models/routes.ts";

export const app = define({
  name: "flights",
  aggregates: [airport],
  projections: [board, routes, days],
  queries: [boardQuery, airportQuery, searchQuery, routesQuery, daysQuery, summaryQuery],
});
