/** Parked streams as rows, in the same file and so in the same transaction as what they are missing from. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ParkedStream, ParkedWrite, ParkingStore, ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { tableName } from "./sql-name.ts";

export function duckDbParking(database: Database): ParkingStore {
  return {
    async list(model, { partition, after = "", limit }) {
      const within = partition === undefined ? "" : "AND partition = $3";
      const rows = await database.rows({
        sql: `SELECT entry FROM foldstream.parked WHERE read_model = $1 AND stream > $2 ${within} ORDER BY stream LIMIT ${limit}`,
        values: [tableName(model), after, ...(partition === undefined ? [] : [partition])],
      });
      return rows.map(([entry]) => JSON.parse(String(entry)) as ParkedStream);
    },

    async count(model) {
      const sql = "SELECT count(*) FROM foldstream.parked WHERE read_model = $1";
      const [row] = await database.rows({ sql, values: [tableName(model)] });
      return Number(row?.[0]);
    },

    async get(model, stream) {
      const sql = "SELECT entry FROM foldstream.parked WHERE read_model = $1 AND stream = $2";
      const [row] = await database.rows({ sql, values: [tableName(model), stream] });
      return row && (JSON.parse(String(row[0])) as ParkedStream);
    },

    async reached(model, partition) {
      const sql = `SELECT (SELECT position FROM foldstream.checkpoints WHERE read_model = $1 AND partition = $2),
        EXISTS (SELECT 1 FROM foldstream.parked WHERE read_model = $1 AND partition = $2)`;
      const [row] = await database.rows({ sql, values: [tableName(model), partition] });
      return { position: Number(row?.[0] ?? 0), isParking: row?.[1] === true };
    },
  };
}

/** Runs inside a transaction. */
export async function park(
  connection: DuckDBConnection,
  model: ReadModel,
  writes: readonly ParkedWrite[],
): Promise<void> {
  const name = tableName(model);
  for (const { stream, entry } of writes) {
    if (entry) {
      const values = [name, stream, entry.partition, JSON.stringify(entry)];
      await connection.run("INSERT OR REPLACE INTO foldstream.parked VALUES ($1, $2, $3, $4)", values);
    } else {
      await connection.run("DELETE FROM foldstream.parked WHERE read_model = $1 AND stream = $2", [name, stream]);
    }
  }
}
