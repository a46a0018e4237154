/** Parked streams as rows, which steps write in the statement that moves the checkpoint. */
import type { ParkedStream, ParkingStore } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { identity } from "./relation-name.ts";

export function postgresParking(database: Database): ParkingStore {
  const of = `FROM ${quoted(database.schema)}.foldstream_parked WHERE projection = $1 AND version = $2 AND build = $3`;
  const list = `SELECT entry ${of} AND stream > $4 AND ($5::text IS NULL OR partition = $5) ORDER BY stream LIMIT $6`;
  return {
    async list(model, { partition = null, after = "", limit }) {
      const rows = await database.rows<[entry: string]>(list, [...identity(model), after, partition, limit]);
      return rows.map(([entry]) => JSON.parse(entry) as ParkedStream);
    },

    async count(model) {
      const [row] = await database.rows<[number]>(`SELECT count(*)::integer ${of}`, identity(model));
      return row?.[0] ?? 0;
    },
  };
}
