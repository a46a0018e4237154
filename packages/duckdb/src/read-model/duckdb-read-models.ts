/** Read models as DuckDB tables, each with its checkpoint in the same file and so in the same transaction. */
import { LIST, listValue, VARCHAR } from "@duckdb/node-api";
import type { ReadModelStore, Row } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { duckDbBuilds } from "./duckdb-builds.ts";
import { duckDbLeases } from "./duckdb-leases.ts";
import { duckDbParking } from "./duckdb-parking.ts";
import { duckDbReader } from "./duckdb-reader.ts";
import { prepareTable } from "./prepare-tables.ts";
import { decodeRow } from "./row-codec.ts";
import { keyColumn, quoted, tableName } from "./sql-name.ts";
import { duckDbSelect } from "./sql-select.ts";
import { checkpointOf, writeStep } from "./step-writer.ts";
import { scanTable } from "./table-scan.ts";

export function duckDbReadModels(database: Database): ReadModelStore {
  return {
    prepare: (models) =>
      database.write(async (connection) => {
        for (const model of models) await prepareTable(connection, model);
      }),

    checkpoint: (model, partition) => database.read((connection) => checkpointOf(connection, model, partition)),

    async load(model, keys) {
      if (keys.length === 0 || model.kind === "facts") return new Map();
      const columns = Object.keys(model.columns);
      const key = columns.indexOf(keyColumn(model));
      const sql = `SELECT ${columns.map(quoted).join(", ")} FROM ${quoted(tableName(model))}
        WHERE ${quoted(keyColumn(model))} IN (SELECT unnest($1))`;
      const rows = await database.rows({ sql, values: [listValue([...keys])], types: [LIST(VARCHAR)] });
      return new Map(rows.map((values): [string, Row] => [values[key] as string, decodeRow(model, values)]));
    },

    write: (model, step) => writeStep(database, model, step),

    scan: (model, options) => scanTable(database, model, options),

    reader: (model) => duckDbReader(database, model),

    sql: duckDbSelect(database),

    builds: duckDbBuilds(database),

    leases: duckDbLeases(database),

    parking: duckDbParking(database),
  };
}
