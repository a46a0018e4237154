/** PostgreSQL: one server for the whole run, and schemas for each place. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { postgresEngine } from "@foldstream/postgres";
import { startPostgres } from "@foldstream/postgres-local";
import pg from "pg";
import type { BenchEngine, BenchPlace, EngineConditions } from "./bench-engine.ts";
import { postgresBareLog, postgresBareProjection } from "./postgres-bare.ts";

export interface PostgresBench extends BenchEngine {
  /** Of a role that may create databases, if the server was started for the run. */
  readonly connectionString: string;
}

/** The server of `DATABASE_URL`, else one that keeps its files in `folder` meanwhile. */
export async function openPostgres(folder: string): Promise<PostgresBench> {
  const server = process.env.DATABASE_URL
    ? { connectionString: process.env.DATABASE_URL, stop: async () => undefined }
    : await ownServer(folder);
  const { connectionString, stop } = server;
  const conditions = await conditionsOf(connectionString);
  return { connectionString, conditions, place: async () => placeOn(connectionString), stop };
}

async function ownServer(parent: string) {
  const folder = mkdtempSync(join(parent, "foldstream-bench-postgres-"));
  const server = await startPostgres({ durable: true, folder });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { connectionString: server.connectionString, stop };
}

async function conditionsOf(connectionString: string): Promise<EngineConditions> {
  const [row] = await asked(
    connectionString,
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
      format('synchronous_commit=%s, fsync=%s', current_setting('synchronous_commit'), current_setting('fsync')) AS durability`,
  );
  return { name: "PostgreSQL", ...(row as { version: string; durability: string }) };
}

function placeOn(connectionString: string): BenchPlace {
  const schema = `foldstream_bench_${randomBytes(6).toString("hex")}`;
  const bare = `${schema}_bare`;
  return {
    engine: () => postgresEngine({ connection: { connectionString }, schema }),
    shared: { engine: "postgres", connectionString, schema },
    bareLog: () => postgresBareLog(connectionString, bare),
    bareProjection: (eventsPerStep) =>
      postgresBareProjection(connectionString, { log: schema, schema: bare, eventsPerStep }),
    async drop() {
      await asked(connectionString, `DROP SCHEMA IF EXISTS ${schema} CASCADE; DROP SCHEMA IF EXISTS ${bare} CASCADE`);
    },
  };
}

async function asked(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
