/** The only place that names technology. The last line chooses the engine; `--engine` overrides it. */
import { join } from "node:path";
import { duckDbTarget } from "@foldstream/duckdb";
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { postgresEngine } from "@foldstream/postgres";
import { sqliteEngine } from "@foldstream/sqlite";
import { combinedEngine, withTargets } from "foldstream";
import type { Engine } from "foldstream/port";

/** Opens what an example runs on. `data` is a folder for whatever is kept in files. */
export type OpenEngine = (example: string, data: string) => Promise<ExampleEngine>;

export interface ExampleEngine extends Engine {
  /** For people: what it has connected to, and how many connections it may open. */
  describe?(): Promise<string>;
}

/** One file for each example. */
const sqlite: OpenEngine = async (example, data) => sqliteEngine({ path: join(data, `${example}.db`) });

/** SQLite, with the lines that the shop has sold in DuckDB, which sums them up by columns. */
const duckdb: OpenEngine = async (example, data) => {
  const engine = await sqlite(example, data);
  if (example !== "shop") return engine;
  return withTargets(engine, { sales: await duckDbTarget({ path: join(data, "sales.duckdb") }) });
};

/** One schema for each example, in the database of DATABASE_URL. */
const postgres: OpenEngine = async (example) =>
  postgresEngine({ connection: { connectionString: process.env.DATABASE_URL ?? "" }, schema: example });

/**
 * Tables for each example, where the environment says: DYNAMODB_ENDPOINT, AWS_REGION and credentials. The flights' board is sorted and
 * searched by anything, which takes SQL: its log is in DynamoDB, its read models are beside it.
 */
const dynamodb: OpenEngine = async (example, data) => {
  const { DYNAMODB_ENDPOINT: endpoint } = process.env;
  const log = await dynamoDbEngine({
    client: endpoint ? { endpoint } : {},
    tablePrefix: `${example}-`,
    createTables: true,
  });
  return example === "flights" ? combinedEngine({ log, readModels: await sqlite(example, data) }) : log;
};

export const engines = { sqlite, duckdb, postgres, dynamodb } as const satisfies Record<string, OpenEngine>;

export default sqlite;
