/** A database for each place, all on one server that is started for the run, or on that of `DATABASE_URL`. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { openPostgres } from "../../engines/postgres.ts";
import type { Place, Places } from "./place.ts";

export async function postgresPlaces(parent: string): Promise<Places> {
  const { conditions, connectionString, stop } = await openPostgres(parent);
  const asked = async (sql: string) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return {
    conditions,
    copies: true,
    async place(copyOf) {
      const name = `foldstream_peers_${randomBytes(6).toString("hex")}`;
      await asked(`CREATE DATABASE ${name}${copyOf ? ` TEMPLATE ${databaseOf(copyOf)}` : ""}`);
      const url = new URL(connectionString);
      url.pathname = name;
      return { engine: "postgres", connectionString: url.href };
    },
    drop: (place) => asked(`DROP DATABASE ${databaseOf(place)} WITH (FORCE)`),
    stop,
  };
}

function databaseOf(place: Place): string {
  if (place.engine !== "postgres") throw new Error(`A place on ${place.engine} is not a database.`);
  return new URL(place.connectionString).pathname.slice(1);
}
