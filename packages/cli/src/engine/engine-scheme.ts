/** Engines that a short text can name, such as `sqlite:./data/app.db`. */
import { existsSync } from "node:fs";
import type { Engine } from "foldstream/port";
import { UsageError } from "../errors.ts";

/** What is done with an engine. A source must exist; a target may be made. */
export type Role = "source" | "target";

export interface EngineScheme {
  /** What stands before the first colon. */
  readonly name: string;
  /** The package that must be installed. */
  readonly package: string;
  /** For help and messages. */
  readonly example: string;
  /** `address` is what follows the colon. Imports its package only here, so that nobody needs all of them. */
  open(address: string, role: Role): Promise<Engine>;
}

const sqlite: EngineScheme = {
  name: "sqlite",
  package: "@foldstream/sqlite",
  example: "sqlite:./data/app.db",
  async open(path, role) {
    if (role === "source" && !existsSync(path))
      throw new UsageError(`There is no SQLite file ${path}. Check the path.`);
    const { sqliteEngine } = await import("@foldstream/sqlite");
    return sqliteEngine({ path });
  },
};

/** The address is what `pg` takes: `postgres://user:password@host/database`, and `?schema=` for another schema than the default. */
const postgres: EngineScheme = {
  name: "postgres",
  package: "@foldstream/postgres",
  example: "postgres://user@host/database?schema=app",
  async open(address) {
    const { postgresEngine } = await import("@foldstream/postgres");
    const [, schema] = /[?&]schema=([^&]*)/.exec(address) ?? [];
    const connectionString = `postgres:${address.replace(/([?&])schema=[^&]*&?/, "$1").replace(/[?&]$/, "")}`;
    return postgresEngine({ connection: { connectionString }, ...(schema && { schema: decodeURIComponent(schema) }) });
  },
};

/** Where and as whom is for the environment to say, as for AWS's own tools; DYNAMODB_ENDPOINT names another endpoint. */
const dynamodb: EngineScheme = {
  name: "dynamodb",
  package: "@foldstream/dynamodb",
  example: "dynamodb:table-prefix-",
  async open(tablePrefix, role) {
    const { dynamoDbEngine } = await import("@foldstream/dynamodb");
    const { DYNAMODB_ENDPOINT: endpoint } = process.env;
    return dynamoDbEngine({ tablePrefix, createTables: role === "target", client: endpoint ? { endpoint } : {} });
  },
};

/** A new engine is one entry here and one optional peer dependency. */
export const engineSchemes: readonly EngineScheme[] = [sqlite, postgres, dynamodb];
