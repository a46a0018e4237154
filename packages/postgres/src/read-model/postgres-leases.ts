/** Leases as rows: each change is one statement, which waits for whoever is changing the same row and then looks again. */
import type { Lease, LeaseStore, ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { identity } from "./relation-name.ts";

type LeaseRow = readonly [epoch: number | null, holder: string | null, beat: number | null, note: string | null];

export function postgresLeases(database: Database): LeaseStore {
  const leases = `${quoted(database.schema)}.foldstream_leases`;
  const read = `SELECT l.epoch, l.holder, l.beat, l.note
    FROM unnest($1::text[], $2::integer[], $3::integer[]) WITH ORDINALITY AS m (projection, version, build, n)
    LEFT JOIN ${leases} l ON l.projection = m.projection COLLATE "C" AND l.version = m.version AND l.build = m.build
    ORDER BY m.n`;
  const create = `INSERT INTO ${leases} (projection, version, build, epoch, holder, beat, note) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT DO NOTHING RETURNING epoch`;
  const change = `UPDATE ${leases} SET epoch = $4, holder = $5, beat = $6, note = $7
    WHERE projection = $1 AND version = $2 AND build = $3 AND epoch = $8 AND holder IS NOT DISTINCT FROM $9::text AND beat = $10 RETURNING epoch`;
  return {
    takeOverAtStart: false,

    async read(models) {
      const rows = await database.rows<LeaseRow>(read, [
        models.map(({ name }) => name),
        models.map(({ version }) => version),
        models.map(({ build = 0 }) => build),
      ]);
      return rows.map(leaseOf);
    },

    async replace(model: ReadModel, expected, next) {
      const values = [...identity(model), next.epoch, next.holder, next.beat, next.note ?? null];
      const rows = expected
        ? await database.rows(change, [...values, expected.epoch, expected.holder, expected.beat])
        : await database.rows(create, values);
      return rows.length === 1;
    },
  };
}

function leaseOf([epoch, holder, beat, note]: LeaseRow): Lease | undefined {
  return epoch === null ? undefined : { epoch, holder, beat: beat as number, ...(note !== null && { note }) };
}
