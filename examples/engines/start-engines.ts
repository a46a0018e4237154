/** Starts what an engine needs on this machine, and opens engines on it. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { startPostgres } from "@foldstream/postgres-local";
import chosen, { type ExampleEngine, engines } from "./foldstream.config.ts";

export type EngineName = keyof typeof engines;

export const engineNames = Object.keys(engines) as readonly EngineName[];

/** What `foldstream.config.ts` chooses. */
export const defaultEngine = engineNames.find((name) => engines[name] === chosen) as EngineName;

/** Why an engine cannot be started on this machine, if so. */
export function whyNotHere(name: EngineName): string | undefined {
  return name === "dynamodb" ? whyNoDynamoDb() : undefined;
}

export interface RunningEngines {
  readonly name: EngineName;
  /** For people: which engine, and where its data is. */
  readonly where: string;
  /** Of what is kept in files. */
  readonly folder: string;
  open(example: string): Promise<ExampleEngine>;
  /** Ends what was started here. Engines are closed by who opened them. */
  close(): Promise<void>;
}

/** A server that was started here ends with `close`; one that the environment names is used and left alone. */
export async function startEngines(name: EngineName, data: string): Promise<RunningEngines> {
  const { where, folder = data, close = async () => undefined } = await starters[name](data);
  return { name, where, folder, open: (example) => openRunning(name, example, folder), close };
}

/** Opens an engine on what another process has started, and passed on in the environment. */
export function openRunning(name: EngineName, example: string, folder: string): Promise<ExampleEngine> {
  return engines[name](example, folder);
}

interface Started {
  readonly where: string;
  readonly folder?: string;
  readonly close?: () => Promise<void>;
}

const starters: Readonly<Record<EngineName, (data: string) => Promise<Started>>> = {
  sqlite: async (data) => ({ where: `SQLite, synchronous=FULL, in ${data} (delete the folder to start anew)` }),

  duckdb: async (data) => ({
    where: `SQLite, and DuckDB for the shop's sales, in ${data} (delete the folder to start anew)`,
  }),

  async postgres(data) {
    if (process.env.DATABASE_URL) return { where: "PostgreSQL, in the database of DATABASE_URL" };
    const folder = join(data, "postgres");
    const server = await startPostgres({ folder, durable: true });
    process.env.DATABASE_URL = server.connectionString;
    return {
      where: `PostgreSQL, started here, in ${folder} (delete the folder to start anew)`,
      async close() {
        delete process.env.DATABASE_URL;
        await server.stop();
      },
    };
  },

  async dynamodb(data) {
    if (process.env.DYNAMODB_ENDPOINT) return { where: "DynamoDB, at DYNAMODB_ENDPOINT" };
    const local = await startDynamoDb();
    const folder = join(data, "dynamodb");
    // Its server forgets everything when it ends, so what was made from its log is of no more use.
    rmSync(folder, { recursive: true, force: true });
    const environment = {
      DYNAMODB_ENDPOINT: local.endpoint,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
    Object.assign(process.env, environment);
    return {
      where: "moto's DynamoDB, started here, in memory (gone when it stops)",
      folder,
      async close() {
        for (const variable of Object.keys(environment)) delete process.env[variable];
        await local.close();
      },
    };
  },
};
