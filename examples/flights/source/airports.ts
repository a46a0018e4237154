/** The airports of the source. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { airportsFile } from "./files.ts";

export interface Airport {
  readonly id: string;
  readonly data: {
    readonly name: string;
    readonly city: string;
    readonly state: string;
    readonly latitude: number;
    readonly longitude: number;
  };
}

/** The header is named, so that nothing is guessed: an IATA code may look like a number. */
const sql = `
  SELECT iata, name, city, state, latitude, longitude
  FROM read_csv($file, header = true, columns = {
    iata: 'VARCHAR', name: 'VARCHAR', city: 'VARCHAR', state: 'VARCHAR', country: 'VARCHAR', latitude: 'DOUBLE', longitude: 'DOUBLE' })`;

export async function readAirports(connection: DuckDBConnection): Promise<readonly Airport[]> {
  const rows = await connection.runAndReadAll(sql, { file: airportsFile });
  return rows.getRowObjectsJS().map(({ iata, ...data }) => ({ id: iata as string, data: data as Airport["data"] }));
}
