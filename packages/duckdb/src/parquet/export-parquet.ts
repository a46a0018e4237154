/** Writes read models to Parquet files, for whatever reads those. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Database, rowsOf } from "../database/database.ts";
import { DuckDbFileError } from "../errors.ts";
import { quoted } from "../read-model/sql-name.ts";

export interface ParquetExport {
  /** Name of the projection. What is exported is the build that serves. */
  readonly readModel: string;
  /** Below the export folder: a file, or a folder when there are partitions. Default: the read model's name, with `.parquet` for a file. */
  readonly to?: string;
  /** Columns whose values name folders (`country=EIRE/`), outermost first. */
  readonly partitionBy?: readonly string[];
}

export interface ExportedParquet {
  /** The file or folder. */
  readonly path: string;
  readonly rows: number;
  /** Positions up to which the export includes each partition of the feed: those of the moment that it shows. */
  readonly includes: Readonly<Record<string, number>>;
}

export async function exportParquet(
  database: Database,
  { readModel, partitionBy = [], to = partitionBy.length > 0 ? readModel : `${readModel}.parquet` }: ParquetExport,
  folder: string | undefined,
): Promise<ExportedParquet> {
  if (folder === undefined)
    throw new DuckDbFileError(
      "no-export-folder",
      "Parquet is exported to one folder. Open the target with { exportFolder }.",
    );
  const path = join(folder, to);
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    const exported = await copy(database, readModel, draft, partitionBy);
    replace(path, draft);
    return { path, ...exported };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Rows and checkpoints of one moment: one transaction reads both. */
function copy(
  database: Database,
  readModel: string,
  to: string,
  partitionBy: readonly string[],
): Promise<Pick<ExportedParquet, "rows" | "includes">> {
  const partitions = partitionBy.length > 0 ? `, PARTITION_BY (${partitionBy.map(quoted).join(", ")})` : "";
  return database.read(async (connection) => {
    await connection.run("BEGIN");
    const checkpoints = await rowsOf(connection, {
      sql: `SELECT partition, position FROM foldstream.checkpoints JOIN foldstream.builds USING (read_model)
        WHERE name = $1 AND state = 'live'`,
      values: [readModel],
    });
    mkdirSync(dirname(to), { recursive: true });
    const result = await connection.run(
      `COPY (FROM ${quoted(readModel)}) TO '${to.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd${partitions})`,
    );
    await connection.run("COMMIT");
    return {
      rows: result.rowsChanged,
      includes: Object.fromEntries(checkpoints.map(([key, position]) => [key, Number(position)])),
    };
  });
}

/** A file replaces a file at once; a folder is put aside first. */
function replace(path: string, draft: string): void {
  const before = `${path}.${randomUUID()}.before`;
  if (existsSync(path)) renameSync(path, before);
  renameSync(draft, path);
  rmSync(before, { recursive: true, force: true });
}
