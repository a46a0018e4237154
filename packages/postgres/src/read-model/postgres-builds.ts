/** Builds of read models: a row for each, and a view under the plain name that shows the live one. */
import type { Build, BuildStore, ReadModel } from "foldstream/port";
import type { Database, Session } from "../database/database.ts";
import type { PooledSession } from "../database/pooled-session.ts";
import { quoted } from "../database/sql-name.ts";
import { showAs } from "./live-view.ts";
import { lockPreparation } from "./prepare-tables.ts";
import { identity, tableIn } from "./relation-name.ts";

type Row = readonly [declaration: string, state: Build["state"]];

const ofBuild = "projection = $1 AND version = $2 AND build = $3";

/** Keeps a build on the list, as the live one if it is the first of its name. Runs inside a transaction that holds the lock of preparation. */
export async function addBuild(session: PooledSession, schema: string, model: ReadModel): Promise<void> {
  const declaration = JSON.stringify({ ...model, build: model.build ?? 0 });
  const builds = await listed(session, schema, model.name);
  const known = builds.find((build) => isSame(build.model, model));
  const state = known && known.state !== "dropped" ? known.state : builds.length === 0 ? "live" : "new";
  if (known?.state !== state || JSON.stringify(known.model) !== declaration)
    await session.rows(
      `INSERT INTO ${tableOf(schema)} (projection, version, build, state, declaration) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (projection, version, build) DO UPDATE SET declaration = excluded.declaration, state = excluded.state`,
      [...identity(model), state, declaration],
    );
  if (state === "live") await showAs(session, schema, model);
}

/** Nobody else can take the lease until the transaction ends. */
async function holdsLease(session: PooledSession, schema: string, model: ReadModel, epoch: number): Promise<boolean> {
  const sql = `SELECT 1 FROM ${quoted(schema)}.foldstream_leases WHERE ${ofBuild} AND epoch = $4 FOR SHARE`;
  return (await session.rows(sql, [...identity(model), epoch])).length > 0;
}

export function postgresBuilds(database: Database): BuildStore {
  const { schema } = database;
  /** Runs `change` on what is there when it is its turn, so that of several changes each sees what the ones before it did. */
  const changing = (name: string, change: (session: PooledSession, builds: readonly Build[]) => Promise<boolean>) =>
    database.transaction(async (session) => {
      await lockPreparation(session, schema);
      return change(session, await listed(session, schema, name));
    });
  return {
    list: (name) => listed(database, schema, name),

    switchTo: (expected, next, epoch) =>
      changing(next.name, async (session, builds) => {
        if (epoch !== undefined && !(await holdsLease(session, schema, expected, epoch))) return false;
        const live = builds.find(({ state }) => state === "live");
        const known = builds.find(({ model, state }) => isSame(model, next) && state !== "dropped");
        if (!live || !known || !isSame(live.model, expected)) return false;
        await setState(session, schema, live.model, "previous");
        await setState(session, schema, next, "live");
        await showAs(session, schema, known.model);
        return true;
      }),

    drop: (model) =>
      changing(model.name, async (session, builds) => {
        if (builds.some((build) => build.state === "live" && isSame(build.model, model))) return false;
        const at = quoted(schema);
        await session.rows(
          `UPDATE ${at}.foldstream_leases SET epoch = epoch + 1, holder = NULL, beat = 1 WHERE ${ofBuild}`,
          identity(model),
        );
        await session.run(`DROP TABLE IF EXISTS ${tableIn(schema, model)}`);
        await session.rows(`DELETE FROM ${at}.foldstream_checkpoints WHERE ${ofBuild}`, identity(model));
        await session.rows(`DELETE FROM ${at}.foldstream_parked WHERE ${ofBuild}`, identity(model));
        await setState(session, schema, model, "dropped");
        return true;
      }),
  };
}

async function setState(session: Session, schema: string, model: ReadModel, state: Build["state"]): Promise<void> {
  await session.rows(`UPDATE ${tableOf(schema)} SET state = $4 WHERE ${ofBuild}`, [...identity(model), state]);
}

async function listed(session: Session, schema: string, name: string): Promise<Build[]> {
  const rows = await session.rows<Row>(
    `SELECT declaration, state FROM ${tableOf(schema)} WHERE projection = $1 ORDER BY version, build`,
    [name],
  );
  return rows.map(([declaration, state]) => ({ model: JSON.parse(declaration) as ReadModel, state }));
}

function tableOf(schema: string): string {
  return `${quoted(schema)}.foldstream_builds`;
}

function isSame(one: ReadModel, other: ReadModel): boolean {
  return identity(one).join() === identity(other).join();
}
