/** The live build of a read model under its plain name, for SQL written by hand. */
import { StoreFailureError } from "foldstream";
import type { ReadModel } from "foldstream/port";
import type { PooledSession } from "../database/pooled-session.ts";
import { literal, quoted } from "../database/sql-name.ts";
import { tableIn } from "./relation-name.ts";

/** Runs inside a transaction that holds the lock of preparation. A view over the same columns stays what it is to whoever uses it. */
export async function showAs(session: PooledSession, schema: string, model: ReadModel): Promise<void> {
  const view = `${quoted(schema)}.${quoted(model.name)}`;
  const version = `Foldstream read model ${model.name}, version ${model.version}`;
  const comment = `${version}, build ${model.build ?? 0}`;
  const [found] = await session.rows<[string | null]>(
    `SELECT obj_description(c.oid, 'pg_class') FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
    WHERE n.nspname = $1 AND c.relname = $2`,
    [schema, model.name],
  );
  if (found?.[0] === comment) return;
  if (found && !found[0]?.startsWith(`Foldstream read model ${model.name}, `)) throw nameTaken(schema, model);
  const columns = Object.keys(model.columns).map(quoted).join(", ");
  if (!found?.[0]?.startsWith(`${version}, `)) await session.run(`DROP VIEW IF EXISTS ${view}`);
  await session.run(`CREATE OR REPLACE VIEW ${view} AS SELECT ${columns} FROM ${tableIn(schema, model)}`);
  await session.run(`COMMENT ON VIEW ${view} IS ${literal(comment)}`);
}

function nameTaken(schema: string, { name }: ReadModel): StoreFailureError {
  return new StoreFailureError(
    `postgres: the schema ${schema} holds "${name}" already, and it is not a read model. It was left as it is; give the projection another name.`,
  );
}
