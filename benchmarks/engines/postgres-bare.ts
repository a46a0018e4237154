/** The log and a projection as one would write them by hand on `pg`: one connection, rows sent as arrays, statements prepared. */
import pg from "pg";
import { type BareLog, type BareProjection, eventType, sumsOf } from "./bench-engine.ts";

const table =
  'position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text COLLATE "C" NOT NULL, \
version bigint NOT NULL, type text NOT NULL, data text NOT NULL, recorded_at bigint NOT NULL, UNIQUE (stream, version)';

/** In a schema of its own. */
export async function postgresBareLog(connectionString: string, schema: string): Promise<BareLog> {
  const client = await connected(connectionString);
  await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.events (${table})`);
  const events = `${schema}.events`;
  const into = `INSERT INTO ${events} (stream, version, type, data, recorded_at)`;
  const newest = `SELECT coalesce(max(version), 0)::int AS version FROM ${events} WHERE stream = $1`;
  const insert = `${into} SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])`;
  const increment = `${into} SELECT $1, before.version + e.n, $2, e.data, $4
    FROM (${newest}) before, unnest($3::text[]) WITH ORDINALITY AS e (data, n)`;
  const select = `SELECT version, type, data, recorded_at FROM ${events} WHERE stream = $1 ORDER BY version`;
  return {
    async insert(rows) {
      const now = Date.now();
      const values = [
        rows.map(({ stream }) => stream),
        rows.map(({ version }) => version),
        rows.map(() => eventType),
        rows.map(({ data }) => JSON.stringify(data)),
        rows.map(() => now),
      ];
      await client.query({ name: "insert", text: insert, values });
    },
    async increment(stream, times) {
      const data = Array.from({ length: times }, () => JSON.stringify({ by: 1 }));
      await client.query({ name: "increment", text: increment, values: [stream, eventType, data, Date.now()] });
    },
    version: async (stream) => (await client.query(newest, [stream])).rows[0].version,
    async read(stream) {
      const { rows } = await client.query({ name: "read", text: select, values: [stream] });
      return rows.map(({ data }) => JSON.parse(data));
    },
    close: () => client.end(),
  };
}

/** Over the log that Foldstream has written to the schema `log`, into a schema of its own. */
export async function postgresBareProjection(
  connectionString: string,
  { log, schema, eventsPerStep }: { readonly log: string; readonly schema: string; readonly eventsPerStep: number },
): Promise<BareProjection> {
  const client = await connected(connectionString);
  await client.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.bare (id text COLLATE "C" PRIMARY KEY, value bigint NOT NULL);
    CREATE TABLE ${schema}.place (position bigint); INSERT INTO ${schema}.place VALUES (0)`);
  const read = `SELECT position, stream AS name, data FROM ${log}.foldstream_events
    WHERE position > $1 ORDER BY position LIMIT ${eventsPerStep}`;
  const upsert = `INSERT INTO ${schema}.bare AS old SELECT * FROM unnest($1::text[], $2::bigint[])
    ON CONFLICT (id) DO UPDATE SET value = old.value + excluded.value`;
  const checkpoint = `UPDATE ${schema}.place SET position = $1`;
  let position = "0";
  return {
    async step() {
      const { rows } = await client.query({ name: "read", text: read, values: [position] });
      const sums = sumsOf(rows);
      position = rows.at(-1)?.position ?? position;
      await client.query("BEGIN");
      await client.query({ name: "upsert", text: upsert, values: [[...sums.keys()], [...sums.values()]] });
      await client.query({ name: "checkpoint", text: checkpoint, values: [position] });
      await client.query("COMMIT");
      return rows.length;
    },
    total: async () => Number((await client.query(`SELECT sum(value) AS total FROM ${schema}.bare`)).rows[0].total),
    close: () => client.end(),
  };
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
