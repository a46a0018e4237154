/** Parked streams as rows, which steps write in the statement that moves the checkpoint. */
import type { ParkedStream, ParkingStore } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { identity } from "./relation-name.ts";

export function postgresParking(database: Database): ParkingStore {
  const of = `FROM ${quoted(database.schema)}.foldstream_parked WHERE projection = $1 AND version = $2 AND build = $3`;
  const list = `SELECT entry ${of} AND stream > $4 AND ($5::text IS NULL OR partition = $5) ORDER BY stream LIMIT $6`;
  const reached = `SELECT (SELECT position FROM ${quoted(database.schema)}.foldstream_checkpoints
      WHERE projection = $1 AND version = $2 AND build = $3 AND partition = $4),
    EXISTS (SELECT 1 ${of} AND partition = $4)`;
  return {
    async list(model, { partition = null, after = "", limit }) {
      const rows = await database.rows<[entry: string]>(list, [...identity(model), after, partition, limit]);
      return rows.map(([entry]) => JSON.parse(entry) as ParkedStream);
    },

    async count(model) {
      const [row] = await database.rows<[number]>(`SELECT count(*)::integer ${of}`, identity(model));
      return row?.[0] ?? 0;
    },

    async get(model, stream) {
      const [row] = await database.rows<[entry: string]>(`SELECT entry ${of} AND stream = $4`, [
        ...identity(model),
        stream,
      ]);
      return row && (JSON.parse(row[0]) as ParkedStream);
    },

    async reached(model, partition) {
      const values = [...identity(model), partition];
      const [row] = await database.rows<[position: number | null, isParking: boolean]>(reached, values);
      return { position: row?.[0] ?? 0, isParking: row?.[1] ?? false };
    },
  };
}
