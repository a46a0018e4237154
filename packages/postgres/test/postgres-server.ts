/** The server that tests share, and schemas and engines that are gone when the test is. */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { LocalPostgres, LocalPostgresOptions } from "@foldstream/postgres-local";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { planConnections } from "../src/database/connection-budget.ts";
import { Database } from "../src/database/database.ts";
import { quoted } from "../src/database/sql-name.ts";
import { type PostgresEngine, type PostgresOptions, postgresEngine } from "../src/index.ts";

/** Of `DATABASE_URL` if that is set, else of the embedded server that the run shares. */
export async function connectionString(): Promise<string> {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const answer = await text(connect(inject("postgresPort"), "127.0.0.1"));
  if (!answer.startsWith("postgres://")) throw new Error(answer);
  return answer;
}

/** A name that no other test has; the schema is dropped when the test ends. */
export function freshSchema(prefix = "test"): string {
  const schema = `${prefix}_${randomBytes(6).toString("hex")}`;
  onTestFinished(async () => {
    await asAdministrator(`DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE`);
  });
  return schema;
}

/** Runs SQL beside the engine, as another program would. */
export async function asAdministrator(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = await connectAside();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A connection beside the engine's, by default to the same server. End it. */
export async function connectAside(to?: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: to ?? (await connectionString()), application_name: "beside" });
  // A server that is stopped on purpose breaks it.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** A database in a schema of its own. */
export async function openDatabase(schema = freshSchema()): Promise<Database> {
  const connection = { connectionString: await connectionString() };
  const database = new Database({ connection, schema, plan: planConnections(4, {}), pooler: "none" });
  onTestFinished(() => database.close());
  return database;
}

/** An engine in a schema of its own, or with the options given. */
export async function openEngine(options: Partial<PostgresOptions> = {}): Promise<PostgresEngine> {
  const connection = { connectionString: await connectionString() };
  const engine = postgresEngine({ connection, schema: options.schema ?? freshSchema(), ...options });
  onTestFinished(() => engine.close());
  return engine;
}

/** A process that writes to a schema: see `runWriter`. */
export const writerProcess = new URL("writer-process.ts", import.meta.url);

/** A server for one test alone. */
export async function ownServer(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { startPostgres } = await import("@foldstream/postgres-local");
  const server = await startPostgres(options);
  onTestFinished(() => server.stop());
  return server;
}

/** As the conformance suites want it. */
export interface ReopenableEngine extends PostgresEngine {
  reopen(): Promise<ReopenableEngine>;
}

export function reopenable(options: PostgresOptions): ReopenableEngine {
  const engine = postgresEngine(options);
  const reopen = async () => {
    await engine.close();
    return reopenable(options);
  };
  return { ...engine, reopen };
}
