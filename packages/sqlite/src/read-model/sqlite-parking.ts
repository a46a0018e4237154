/** Parked streams as rows, in the same file and so in the same transaction as what they are missing from. */
import type { ParkedStream, ParkedWrite, ParkingStore, ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { identity } from "./sql-name.ts";

export interface SqliteParking extends ParkingStore {
  /** Runs inside a transaction. */
  apply(model: ReadModel, writes: readonly ParkedWrite[]): void;
}

interface Checkpoints {
  read(model: ReadModel, partition: string): number;
}

export function sqliteParking(database: Database, checkpoints: Checkpoints): SqliteParking {
  const { connection } = database;
  const of = "FROM foldstream_parked WHERE projection = ? AND version = ? AND build = ?";
  const list = database.prepareArrays(`SELECT entry ${of} AND stream > ? AND partition = ifnull(?, partition)
    ORDER BY stream LIMIT ?`);
  const count = database.prepareArrays(`SELECT count(*) ${of}`);
  const get = database.prepareArrays(`SELECT entry ${of} AND stream = ?`);
  const parks = database.prepareArrays(`SELECT 1 ${of} AND partition = ? LIMIT 1`);
  const put = connection.prepare("INSERT OR REPLACE INTO foldstream_parked VALUES (?, ?, ?, ?, ?, ?)");
  const remove = connection.prepare(`DELETE ${of} AND stream = ?`);
  return {
    list: (model, { partition, after = "", limit }) =>
      database.read(() => {
        const rows = list.all(...identity(model), after, partition ?? null, limit) as unknown as [entry: string][];
        return rows.map(([entry]) => JSON.parse(entry) as ParkedStream);
      }),

    count: (model) => database.read(() => (count.get(...identity(model)) as unknown as [number] | undefined)?.[0] ?? 0),

    get: (model, stream) =>
      database.read(() => {
        const row = get.get(...identity(model), stream) as unknown as [entry: string] | undefined;
        return row && (JSON.parse(row[0]) as ParkedStream);
      }),

    reached: (model, partition) =>
      database.read(() => {
        const isParking = parks.get(...identity(model), partition) !== undefined;
        return { position: checkpoints.read(model, partition), isParking };
      }),

    apply(model, writes) {
      for (const { stream, entry } of writes) {
        if (entry) put.run(...identity(model), stream, entry.partition, JSON.stringify(entry));
        else remove.run(...identity(model), stream);
      }
    },
  };
}
