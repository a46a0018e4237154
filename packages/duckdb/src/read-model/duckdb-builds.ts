/** Builds of read models: a row for each, and a view under the plain name that shows the live one. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Build, BuildStore, ReadModel } from "foldstream/port";
import { type Database, rowsOf } from "../database/database.ts";
import { leaseOf } from "./duckdb-leases.ts";
import { quoted, tableName } from "./sql-name.ts";

export function duckDbBuilds(database: Database): BuildStore {
  return {
    async list(name) {
      const sql = "SELECT declaration, state FROM foldstream.builds WHERE name = $1 ORDER BY version, build";
      const rows = await database.rows({ sql, values: [name] });
      return rows.map(([declaration, state]) => ({
        model: JSON.parse(String(declaration)),
        state: state as Build["state"],
      }));
    },

    switchTo: (expected, next, epoch) =>
      database.write(async (connection, undo) => {
        if (epoch !== undefined && (await leaseOf(connection, expected))?.epoch !== epoch) return undo(false);
        const known = await buildOf(connection, next);
        const live = await buildOf(connection, expected);
        if (!known || known.state === "dropped" || live?.state !== "live") return undo(false);
        await setState(connection, expected, "previous");
        await setState(connection, next, "live");
        await showAs(connection, known.model);
        return true;
      }),

    drop: (model) =>
      database.write(async (connection, undo) => {
        if ((await buildOf(connection, model))?.state === "live") return undo(false);
        const name = tableName(model);
        await connection.run(`DROP TABLE IF EXISTS ${quoted(name)}`);
        const endLease =
          "UPDATE foldstream.leases SET epoch = epoch + 1, holder = NULL, beat = 1 WHERE read_model = $1";
        await connection.run(endLease, [name]);
        await connection.run("DELETE FROM foldstream.checkpoints WHERE read_model = $1", [name]);
        await connection.run("DELETE FROM foldstream.parked WHERE read_model = $1", [name]);
        await setState(connection, model, "dropped");
        return true;
      }),
  };
}

/** Keeps a build on the list, as the live one if it is the first of its name. Runs inside a transaction. */
export async function addBuild(connection: DuckDBConnection, model: ReadModel): Promise<void> {
  const { name, version, build = 0 } = model;
  const any = { sql: "SELECT 1 FROM foldstream.builds WHERE name = $1 AND state = 'live'", values: [name] };
  const state = (await rowsOf(connection, any)).length > 0 ? "new" : "live";
  await connection.run(
    `INSERT INTO foldstream.builds VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO UPDATE SET
      declaration = excluded.declaration, state = CASE WHEN builds.state = 'dropped' THEN 'new' ELSE builds.state END`,
    [name, version, build, tableName(model), state, JSON.stringify({ ...model, build })],
  );
  if ((await buildOf(connection, model))?.state === "live") await showAs(connection, model);
}

async function buildOf(connection: DuckDBConnection, model: ReadModel): Promise<Build | undefined> {
  const sql = "SELECT declaration, state FROM foldstream.builds WHERE read_model = $1";
  const [row] = await rowsOf(connection, { sql, values: [tableName(model)] });
  return row && { model: JSON.parse(String(row[0])), state: row[1] as Build["state"] };
}

async function setState(connection: DuckDBConnection, model: ReadModel, state: Build["state"]): Promise<void> {
  await connection.run("UPDATE foldstream.builds SET state = $1 WHERE read_model = $2", [state, tableName(model)]);
}

/** For SQL written by hand. */
async function showAs(connection: DuckDBConnection, model: ReadModel): Promise<void> {
  const columns = Object.keys(model.columns).map(quoted).join(", ");
  const table = quoted(tableName(model));
  await connection.run(`CREATE OR REPLACE VIEW ${quoted(model.name)} AS SELECT ${columns} FROM ${table}`);
}
