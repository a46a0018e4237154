/** Parked streams as rows, in the same file and so in the same transaction as what they are missing from. */
import type { ParkedStream, ParkedWrite, ParkingStore, ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { identity } from "./sql-name.ts";

export interface SqliteParking extends ParkingStore {
  /** Runs inside a transaction. */
  apply(model: ReadModel, writes: readonly ParkedWrite[]): void;
}

export function sqliteParking(database: Database): SqliteParking {
  const { connection } = database;
  const of = "FROM foldstream_parked WHERE projection = ? AND version = ? AND build = ?";
  const list = database.prepareArrays(`SELECT entry ${of} AND stream > ? AND partition = ifnull(?, partition)
    ORDER BY stream LIMIT ?`);
  const count = database.prepareArrays(`SELECT count(*) ${of}`);
  const put = connection.prepare("INSERT OR REPLACE INTO foldstream_parked VALUES (?, ?, ?, ?, ?, ?)");
  const remove = connection.prepare(`DELETE ${of} AND stream = ?`);
  return {
    list: (model, { partition, after = "", limit }) =>
      database.read(() => {
        const rows = list.all(...identity(model), after, partition ?? null, limit) as unknown as [entry: string][];
        return rows.map(([entry]) => JSON.parse(entry) as ParkedStream);
      }),

    count: (model) => database.read(() => (count.get(...identity(model)) as unknown as [number] | undefined)?.[0] ?? 0),

    apply(model, writes) {
      for (const { stream, entry } of writes) {
        if (entry) put.run(...identity(model), stream, entry.partition, JSON.stringify(entry));
        else remove.run(...identity(model), stream);
      }
    },
  };
}
