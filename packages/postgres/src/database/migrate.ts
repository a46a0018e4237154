/** Brings the schema to today's version, from however many processes at once; refuses one that is not ours. */
import { StoreFailureError } from "foldstream";
import type { Connections } from "./connections.ts";
import type { PooledSession, Session } from "./pooled-session.ts";
import { migrations, tables } from "./schema.ts";
import { literal, quoted } from "./sql-name.ts";

/** Needs no more than the right to read once the schema is at today's version. */
export async function migrate(connections: Connections, schema: string): Promise<void> {
  const today = migrations(schema).length;
  if ((await versionOf(connections, schema)) === today) return;
  await connections.transaction(async (session) => {
    await session.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`foldstream migrations of ${schema}`]);
    const version = await versionOf(session, schema);
    if (version === 0) await create(session, schema);
    for (const [index, migration] of migrations(schema).entries()) {
      if (index < version) continue;
      await session.run(migration);
      await session.rows(`INSERT INTO ${quoted(schema)}.foldstream_migrations VALUES ($1, now())`, [index + 1]);
    }
  });
}

/** 0 where nothing of ours is there yet. @throws StoreFailureError when what is there is not for us. */
async function versionOf(session: Session, schema: string): Promise<number> {
  const found = await columnsByTable(session, schema);
  const known = found.get("foldstream_migrations");
  if (known !== undefined && known !== "foldstream_version,applied_at") throw notOurs(schema, "foldstream_migrations");
  if (known === undefined) {
    const foreign = tables.find((table) => found.has(table));
    if (foreign) throw notOurs(schema, foreign);
    return 0;
  }
  return checkedVersion(session, schema);
}

async function checkedVersion(session: Session, schema: string): Promise<number> {
  const [row] = await session.rows<[number | null]>(
    `SELECT max(foldstream_version) FROM ${quoted(schema)}.foldstream_migrations`,
  );
  const version = row?.[0] ?? 0;
  const today = migrations(schema).length;
  if (version <= today) return version;
  throw new StoreFailureError(
    `postgres: the schema ${schema} has version ${version}; this release knows up to ${today}. It was left as it is; use the newer release.`,
  );
}

/** Columns in order, by the names of whatever tables and views the schema holds. */
async function columnsByTable(session: Session, schema: string): Promise<Map<string, string>> {
  const rows = await session.rows<[string, string]>(
    `SELECT c.relname, string_agg(a.attname, ',' ORDER BY a.attnum)
    FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE n.nspname = $1 AND c.relname = ANY ($2) GROUP BY c.relname`,
    [schema, tables],
  );
  return new Map(rows);
}

function notOurs(schema: string, table: string): StoreFailureError {
  return new StoreFailureError(
    `postgres: the schema ${schema} holds a table "${table}" that Foldstream did not make. It was left as it is; choose another \`schema\`.`,
  );
}

async function create(session: PooledSession, schema: string): Promise<void> {
  const at = quoted(schema);
  const [exists] = await session.rows("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]);
  if (!exists) await session.run(`CREATE SCHEMA ${at}`);
  await session.run(`
    CREATE TABLE ${at}.foldstream_migrations (foldstream_version integer PRIMARY KEY, applied_at timestamptz NOT NULL);
    COMMENT ON SCHEMA ${at} IS ${literal("Foldstream: log, checkpoints and read models")};`);
}
