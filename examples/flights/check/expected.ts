/** What the read models must hold, worked out by DuckDB's SQL from the source itself. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Row } from "@foldstream/example-replay";
import { earliestDelayMinutes, lateFromMinutes, latestDelayMinutes, longestDistanceMiles } from "../domain/rules.ts";
import { airportsFile, departuresFile } from "../source/files.ts";

export interface Expected {
  readonly board: readonly Row[];
  readonly routes: readonly Row[];
  readonly days: readonly Row[];
}

/** The departures that the domain accepts. */
const accepted = `
  CREATE TEMP VIEW airports AS
    SELECT * FROM read_csv('${airportsFile}', header = true, all_varchar = true);
  CREATE TEMP VIEW accepted AS
    SELECT origin, destination, distance, delay, strftime(date, '%Y-%m-%dT%H:%M') AS departed_at,
      CASE WHEN delay < ${lateFromMinutes} THEN 1 ELSE 0 END AS on_time
    FROM read_parquet('${departuresFile}', file_row_number = true)
    WHERE file_row_number < getvariable('asked')
      AND origin IN (SELECT iata FROM airports)
      AND origin <> destination
      AND distance > 0 AND distance <= ${longestDistanceMiles}
      AND delay >= ${earliestDelayMinutes} AND delay <= ${latestDelayMinutes}`;

/** Sums as doubles: they come out as plain numbers, exact far beyond what three million flights add up to. */
const board = `
  SELECT iata AS id, name, city, state, true AS open,
    count(origin)::DOUBLE AS departures, coalesce(sum(on_time), 0)::DOUBLE AS "onTime", coalesce(sum(delay), 0)::DOUBLE AS "delaySum",
    min(departed_at) AS "firstDepartureAt", max(departed_at) AS "lastDepartureAt"
  FROM airports LEFT JOIN accepted ON origin = iata GROUP BY iata, name, city, state`;

const routes = `
  SELECT origin || '-' || destination AS id, origin, destination, max(distance)::DOUBLE AS "distanceMiles",
    count(*)::DOUBLE AS flights, sum(on_time)::DOUBLE AS "onTime", sum(delay)::DOUBLE AS "delaySum"
  FROM accepted GROUP BY origin, destination`;

const days = `
  SELECT substr(departed_at, 1, 10) AS day, count(*)::DOUBLE AS departures, sum(on_time)::DOUBLE AS "onTime", sum(delay)::DOUBLE AS "delaySum"
  FROM accepted GROUP BY day`;

/** For the first `limit` departures of the source. */
export async function expectedRows(connection: DuckDBConnection, limit: number): Promise<Expected> {
  await connection.run(`SET VARIABLE asked = ${Math.trunc(limit)}; ${accepted}`);
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
  return { board: await rows(board), routes: await rows(routes), days: await rows(days) };
}
