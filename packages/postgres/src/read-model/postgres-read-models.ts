/** Read models as SQL tables, each with its checkpoint in the same schema and so in the same transaction. */
import type { ReadModel, ReadModelReader, ReadModelStore } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { addBuild, postgresBuilds } from "./postgres-builds.ts";
import { postgresIndexes } from "./postgres-indexes.ts";
import { postgresLeases } from "./postgres-leases.ts";
import { postgresParking } from "./postgres-parking.ts";
import { postgresReader } from "./postgres-reader.ts";
import { lockPreparation, prepareTable } from "./prepare-tables.ts";
import { identity, tableName } from "./relation-name.ts";
import { rowLoader } from "./row-loader.ts";
import { postgresSelect } from "./sql-select.ts";
import { stepWriter } from "./step-writer.ts";
import { tableScan } from "./table-scan.ts";

export function postgresReadModels(database: Database): ReadModelStore {
  const loaders = perModel((model) => rowLoader(database, model));
  const writers = perModel((model) => stepWriter(database, model));
  const scans = perModel((model) => tableScan(database, model));
  const readers = perModel((model): ReadModelReader => postgresReader(database, model));
  return {
    prepare: (models) =>
      database.transaction(async (session) => {
        await lockPreparation(session, database.schema);
        for (const model of models) {
          await prepareTable(session, database.schema, model);
          await addBuild(session, database.schema, model);
        }
      }),

    async checkpoint(model, partition) {
      const sql = `SELECT position FROM ${quoted(database.schema)}.foldstream_checkpoints
        WHERE projection = $1 AND version = $2 AND build = $3 AND partition = $4`;
      const [row] = await database.rows<[number]>(sql, [...identity(model), partition]);
      return row?.[0] ?? 0;
    },

    load: (model, keys) => loaders(model)(keys),

    // Async, so that what is refused before it is sent rejects like everything else.
    write: async (model, step) => writers(model)(step),

    scan: (model, options) => scans(model)(options),

    indexes: postgresIndexes(database),

    reader: readers,

    sql: postgresSelect(database),

    builds: postgresBuilds(database),

    leases: postgresLeases(database),

    parking: postgresParking(database),
  };
}

function perModel<T>(make: (model: ReadModel) => T): (model: ReadModel) => T {
  const made = new Map<string, T>();
  return (model) => {
    const name = tableName(model);
    const known = made.get(name) ?? make(model);
    made.set(name, known);
    return known;
  };
}
