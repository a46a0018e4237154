/** The departures of the source, in the order of the file. */
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { departuresFile } from "./files.ts";

export interface Departure {
  /** 1-based place in the file: it never changes, so command ids are made from it. */
  readonly row: number;
  readonly origin: string;
  readonly data: {
    readonly destination: string;
    readonly scheduledAt: string;
    readonly delayMinutes: number;
    readonly distanceMiles: number;
  };
}

/**
 * 32-bit numbers come out of DuckDB without a BigInt or an object each. Times come as minutes, since some eleven flights share each:
 * one text is made for all of them.
 */
const sql = `
  SELECT file_row_number::INTEGER + 1, origin, destination, (epoch(date) // 60)::INTEGER, delay::INTEGER, distance::INTEGER
  FROM read_parquet($file, file_row_number = true) LIMIT $limit`;

type Column<T> = readonly T[];
type Columns = readonly [
  Column<number>,
  Column<string>,
  Column<string>,
  Column<number>,
  Column<number>,
  Column<number>,
];

/** Reads the first `limit` departures, some 2,000 at a time: memory stays flat however many there are. */
export async function* readDepartures(
  connection: DuckDBConnection,
  limit: number,
): AsyncGenerator<readonly Departure[]> {
  const result = await connection.stream(sql, { file: departuresFile, limit });
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    yield departuresOf(chunk);
}

function departuresOf(chunk: DuckDBDataChunk): Departure[] {
  const [rows, origins, destinations, minutes, delays, distances] = chunk.getColumns() as unknown as Columns;
  let minute = Number.NaN;
  let scheduledAt = "";
  return rows.map((row, index) => {
    if (minutes[index] !== minute) {
      minute = minutes[index] as number;
      scheduledAt = localMinute(minute);
    }
    return {
      row,
      origin: origins[index] as string,
      data: {
        destination: destinations[index] as string,
        scheduledAt,
        delayMinutes: delays[index] as number,
        distanceMiles: distances[index] as number,
      },
    };
  });
}

/** `2001-01-01T00:01`: local time, as the source has it, so without a zone. */
function localMinute(minutes: number): string {
  return new Date(minutes * 60_000).toISOString().slice(0, 16);
}
