/** Checks every read model against DuckDB's own SQL over the source. */
import type { QueryOutcome, Runtime } from "foldstream";
import type { app } from "../app.ts";
import { boardQuery } from "../read-models/board-query.ts";
import { daysQuery, routesQuery } from "../read-models/queries.ts";
import { withDuckDb } from "../source/duckdb.ts";
import { type Comparison, compare } from "./compare.ts";
import { expectedRows, type Row } from "./expected.ts";

const pageSize = 1_000;

type Asked = Pick<Runtime<typeof app>, "query">;

/** Every airport, route and day of the first `limit` departures. The read models must have caught up. */
export async function check(runtime: Asked, limit: number): Promise<readonly Comparison[]> {
  const expected = await withDuckDb((connection) => expectedRows(connection, limit));
  return [
    compare(
      "board",
      "id",
      expected.board,
      await everyPage((page) => runtime.query(boardQuery, { ...page, sort: "id", direction: "asc" })),
    ),
    compare("routes", "id", expected.routes, await everyPage((page) => runtime.query(routesQuery, page))),
    compare("days", "day", expected.days, answered(await runtime.query(daysQuery, {}))),
  ];
}

export function isEqual(comparisons: readonly Comparison[]): boolean {
  return comparisons.every(({ different }) => different === 0);
}

async function everyPage(
  ask: (page: { limit: number; offset: number }) => Promise<QueryOutcome<readonly Row[]>>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = answered(await ask({ limit: pageSize, offset: rows.length }));
    rows.push(...page);
    if (page.length < pageSize) return rows;
  }
}

function answered<T>(outcome: QueryOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`The check could not read a read model: ${JSON.stringify(outcome)}`);
}
