/** Foldstream's own tables, in a schema beside those of the read models. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { DuckDbFileError } from "../errors.ts";

const format = 1;

const tables = `
  CREATE SCHEMA foldstream;
  CREATE TABLE foldstream.format (version INTEGER NOT NULL);
  INSERT INTO foldstream.format VALUES (${format});
  CREATE TABLE foldstream.checkpoints (
    read_model VARCHAR NOT NULL, partition VARCHAR NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (read_model, partition));
  CREATE TABLE foldstream.leases (
    read_model VARCHAR PRIMARY KEY, epoch BIGINT NOT NULL, holder VARCHAR, beat BIGINT NOT NULL, note VARCHAR);
  CREATE TABLE foldstream.parked (
    read_model VARCHAR NOT NULL, stream VARCHAR NOT NULL, partition VARCHAR NOT NULL, entry VARCHAR NOT NULL,
    PRIMARY KEY (read_model, stream));
  CREATE TABLE foldstream.builds (
    name VARCHAR NOT NULL, version BIGINT NOT NULL, build BIGINT NOT NULL, read_model VARCHAR NOT NULL,
    state VARCHAR NOT NULL, declaration VARCHAR NOT NULL, PRIMARY KEY (name, version, build))`;

/** Creates them in an empty file. @throws DuckDbFileError when the file holds something else. */
export async function createSchema(connection: DuckDBConnection, path: string): Promise<void> {
  const [[ours, others] = []] = (
    await connection.runAndReadAll(`SELECT
      count(*) FILTER (schema_name = 'foldstream' AND table_name = 'format'), count(*) FROM duckdb_tables()`)
  ).getRows();
  if (Number(ours) === 1) return checkFormat(connection, path);
  if (Number(others) > 0) {
    const message = `${path} holds tables of another program. Choose another path; nothing was changed.`;
    throw new DuckDbFileError("not-ours", message);
  }
  await connection.run(`BEGIN; ${tables}; COMMIT`);
}

async function checkFormat(connection: DuckDBConnection, path: string): Promise<void> {
  const [[found] = []] = (await connection.runAndReadAll("SELECT version FROM foldstream.format")).getRows();
  if (Number(found) === format) return;
  throw new DuckDbFileError(
    "newer-version",
    `${path} has format ${found}, and this release knows ${format}. Use the release that wrote it, or a newer one.`,
  );
}
