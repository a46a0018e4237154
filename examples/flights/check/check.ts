/** Checks every read model against DuckDB's own SQL over the source. */
import { type Comparison, compare, everyPage, withDuckDb } from "@foldstream/example-replay";
import type { Runtime } from "foldstream";
import type { app } from "../app.ts";
import { boardQuery } from "../read-models/board-query.ts";
import { daysQuery, routesQuery } from "../read-models/queries.ts";
import { allDepartures } from "../replay/replay-departures.ts";
import { expectedRows } from "./expected.ts";

type Asked = Pick<Runtime<typeof app>, "query">;

/** Every airport, route and day of the first `limit` departures. The read models must have caught up. */
export async function check(
  runtime: Asked,
  { limit = allDepartures }: { readonly limit: number | undefined },
): Promise<readonly Comparison[]> {
  const expected = await withDuckDb((connection) => expectedRows(connection, limit));
  return [
    compare(
      "board",
      "id",
      expected.board,
      await everyPage((page) => runtime.query(boardQuery, { ...page, sort: "id", direction: "asc" })),
    ),
    compare("routes", "id", expected.routes, await everyPage((page) => runtime.query(routesQuery, page))),
    compare("days", "day", expected.days, await everyPage(() => runtime.query(daysQuery, {}))),
  ];
}
