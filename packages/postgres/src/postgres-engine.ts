/** An engine on PostgreSQL: the log and the read models in one schema of one database. */
import type { Engine } from "foldstream/port";
import type { PostgresConnection } from "./database/connection.ts";
import { type ConnectionBudget, describePlan, planConnections } from "./database/connection-budget.ts";
import type { Pooler } from "./database/connections.ts";
import { Database } from "./database/database.ts";
import { openLog } from "./event-store/log.ts";
import { postgresReadModels } from "./read-model/postgres-read-models.ts";

export interface PostgresOptions {
  readonly connection: PostgresConnection;
  /** Where all tables are; created by the first who may. Several applications may share a database. Default `foldstream`. */
  readonly schema?: string;
  /** The most connections that this engine opens. Default 10. */
  readonly connections?: number;
  /** Of all processes together. More than the server allows is refused when the engine is first used. */
  readonly connectionBudget?: ConnectionBudget;
  /** `transaction` for PgBouncer and its like in transaction mode: nothing is then kept prepared. Default `none`. */
  readonly pooler?: Pooler;
}

export interface PostgresEngine extends Engine {
  /** Connects, and says in one line what it has connected to and how many connections it may open: for a host's first words. */
  describe(): Promise<string>;
}

/**
 * Connects when it is first used, and brings the schema to today's version then.
 * @throws StoreFailureError for settings that can never work.
 */
export function postgresEngine(options: PostgresOptions): PostgresEngine {
  const { connection, schema = "foldstream", connections = 10, connectionBudget = {}, pooler = "none" } = options;
  const plan = planConnections(connections, connectionBudget);
  const database = new Database({ connection, schema, plan, pooler });
  const log = openLog(database);
  return {
    eventStore: log.eventStore,
    eventFeed: log.eventFeed,
    readModels: postgresReadModels(database),

    async describe() {
      const limit = await database.open();
      return `PostgreSQL at ${database.where}, schema ${schema}: at most ${describePlan(plan, limit)}.`;
    },

    async close() {
      await log.close();
      await database.close();
    },
  };
}
