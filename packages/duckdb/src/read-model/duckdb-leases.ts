/** Leases as rows. One process has the file, so the worker that starts last takes over at once. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Lease, LeaseStore, ReadModel } from "foldstream/port";
import { type Database, rowsOf } from "../database/database.ts";
import { tableName } from "./sql-name.ts";

export function duckDbLeases(database: Database): LeaseStore {
  return {
    takeOverAtStart: true,

    read: (models) => database.read((connection) => Promise.all(models.map((model) => leaseOf(connection, model)))),

    replace: (model, expected, { epoch, holder, beat, note = null }) =>
      database.write(async (connection, undo) => {
        if (!same(await leaseOf(connection, model), expected)) return undo(false);
        const values = [tableName(model), BigInt(epoch), holder, BigInt(beat), note];
        await connection.run("INSERT OR REPLACE INTO foldstream.leases VALUES ($1, $2, $3, $4, $5)", values);
        return true;
      }),
  };
}

/** Absent while nobody has held it. */
export async function leaseOf(connection: DuckDBConnection, model: ReadModel): Promise<Lease | undefined> {
  const sql = "SELECT epoch, holder, beat, note FROM foldstream.leases WHERE read_model = $1";
  const [row] = await rowsOf(connection, { sql, values: [tableName(model)] });
  if (!row) return undefined;
  const [epoch, holder, beat, note] = row as [bigint, string | null, bigint, string | null];
  return { epoch: Number(epoch), holder, beat: Number(beat), ...(note !== null && { note }) };
}

function same(one: Lease | undefined, other: Lease | undefined): boolean {
  return one?.epoch === other?.epoch && one?.holder === other?.holder && one?.beat === other?.beat;
}
