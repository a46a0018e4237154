/** Builds of read models: a row for each, and a view under the plain name that shows the live one. */
import type { Build, BuildStore, ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { dropTables } from "./prepare-tables.ts";
import { identity, quoted, tableName } from "./sql-name.ts";

/** Keeps a build on the list, as the live one if it is the first of its name. Runs inside a transaction. */
export type AddBuild = (model: ReadModel) => void;

export function sqliteBuilds(database: Database): BuildStore & { readonly add: AddBuild } {
  const { connection } = database;
  const list = database.prepareArrays(
    "SELECT declaration, state FROM foldstream_builds WHERE projection = ? ORDER BY version, build",
  );
  const add = connection.prepare(`INSERT INTO foldstream_builds (projection, version, build, state, declaration)
    VALUES (?, ?, ?, CASE WHEN EXISTS (SELECT 1 FROM foldstream_builds WHERE projection = ?1 AND state = 'live') THEN 'new' ELSE 'live' END, ?)
    ON CONFLICT DO UPDATE SET declaration = excluded.declaration, state = iif(state = 'dropped', 'new', state)`);
  const place = "projection = ? AND version = ? AND build = ?";
  const find = database.prepareArrays(`SELECT state, declaration FROM foldstream_builds WHERE ${place}`);
  const setState = connection.prepare(`UPDATE foldstream_builds SET state = ? WHERE ${place}`);
  const stateOf = (model: ReadModel) => (find.get(...identity(model)) as unknown as [string] | undefined)?.[0];
  const findEpoch = database.prepareArrays(`SELECT epoch FROM foldstream_leases WHERE ${place}`);
  const epochOf = (model: ReadModel) => (findEpoch.get(...identity(model)) as unknown as [number] | undefined)?.[0];
  const endLease = connection.prepare(
    `UPDATE foldstream_leases SET epoch = epoch + 1, holder = NULL, beat = 1 WHERE ${place}`,
  );
  const removeCheckpoints = connection.prepare(`DELETE FROM foldstream_checkpoints WHERE ${place}`);
  const removeParked = connection.prepare(`DELETE FROM foldstream_parked WHERE ${place}`);
  return {
    add(model) {
      add.run(...identity(model), JSON.stringify({ ...model, build: model.build ?? 0 }));
      if (stateOf(model) === "live") showAs(database, model);
    },

    list: (name) =>
      database.read(() => {
        const rows = list.all(name) as unknown as [string, Build["state"]][];
        return rows.map(([declaration, state]) => ({ model: JSON.parse(declaration), state }));
      }),

    switchTo: (expected, next, epoch) =>
      database.group.write(() => {
        if (epoch !== undefined && epochOf(expected) !== epoch) return { value: false, undo: false };
        const row = find.get(...identity(next)) as unknown as [string, string] | undefined;
        if (!row || row[0] === "dropped" || stateOf(expected) !== "live") return { value: false, undo: false };
        setState.run("previous", ...identity(expected));
        setState.run("live", ...identity(next));
        showAs(database, JSON.parse(row[1]));
        return { value: true, undo: false };
      }),

    drop: (model) =>
      database.group.write(() => {
        if (stateOf(model) === "live") return { value: false, undo: false };
        dropTables(connection, model);
        endLease.run(...identity(model));
        removeCheckpoints.run(...identity(model));
        removeParked.run(...identity(model));
        setState.run("dropped", ...identity(model));
        return { value: true, undo: false };
      }),
  };
}

/** For SQL written by hand. */
function showAs({ connection }: Database, model: ReadModel): void {
  const columns = Object.keys(model.columns).map(quoted).join(", ");
  const sql = `CREATE VIEW ${quoted(model.name)} AS SELECT ${columns} FROM ${quoted(tableName(model))}`;
  const existing = connection.prepare("SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?").get(model.name);
  if (existing?.sql === sql) return;
  connection.exec(`DROP VIEW IF EXISTS ${quoted(model.name)}; ${sql}`);
}
