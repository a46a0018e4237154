/** Leases as rows. All workers on one file are on one machine, so the one that starts last takes over at once. */
import type { Lease, LeaseStore, ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { Written } from "../database/group-commit.ts";
import { identity } from "./sql-name.ts";

type LeaseRow = readonly [epoch: number, holder: string | null, beat: number, note: string | null];

export interface SqliteLeases extends LeaseStore {
  /** For use inside a transaction. Absent while nobody has held the lease. */
  epoch(model: ReadModel): number | undefined;
}

export function sqliteLeases(database: Database): SqliteLeases {
  const place = "projection = ? AND version = ? AND build = ?";
  const select = database.prepareArrays(`SELECT epoch, holder, beat, note FROM foldstream_leases WHERE ${place}`);
  const put = database.connection.prepare("INSERT OR REPLACE INTO foldstream_leases VALUES (?, ?, ?, ?, ?, ?, ?)");
  const read = (model: ReadModel): Lease | undefined => {
    const row = select.get(...identity(model)) as unknown as LeaseRow | undefined;
    if (!row) return undefined;
    const [epoch, holder, beat, note] = row;
    return { epoch, holder, beat, ...(note !== null && { note }) };
  };
  return {
    takeOverAtStart: true,

    read: (models) => database.read(() => models.map(read)),

    replace: (model, expected, { epoch, holder, beat, note = null }) =>
      database.group.write((): Written<boolean> => {
        const replaced = same(read(model), expected);
        if (replaced) put.run(...identity(model), epoch, holder, beat, note);
        return { value: replaced, undo: false };
      }),

    epoch: (model) => read(model)?.epoch,
  };
}

function same(one: Lease | undefined, other: Lease | undefined): boolean {
  return one?.epoch === other?.epoch && one?.holder === other?.holder && one?.beat === other?.beat;
}
