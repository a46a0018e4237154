/** Read models in a DuckDB file, for analytics: a target, beside whatever keeps the log. */
import type { Target } from "foldstream/port";
import { Database } from "./database/database.ts";
import { type ExportedParquet, exportParquet, type ParquetExport } from "./parquet/export-parquet.ts";
import { duckDbReadModels } from "./read-model/duckdb-read-models.ts";

export interface DuckDbOptions {
  /** The file. Its folder is created. One process at a time may have it open. */
  readonly path: string;
  /** Where Parquet files are exported to: the only folder that SQL may reach. Default: none. It is created. */
  readonly exportFolder?: string;
  /** Memory that DuckDB may use, such as `1GB`; beyond it, it works on disk. Default: four fifths of the machine's. */
  readonly memoryLimit?: string;
  /** Threads that a statement may use. Default: one for each core. */
  readonly threads?: number;
}

export interface DuckDbTarget extends Target {
  /**
   * Writes a read model to Parquet, as of one moment, and puts it in the place of an earlier export once it is whole.
   * @throws DuckDbFileError `no-export-folder` when the target was opened without one.
   */
  exportParquet(what: ParquetExport): Promise<ExportedParquet>;
}

/** @throws DuckDbFileError when the file is not ours, from a newer release, or open elsewhere: it is left untouched. */
export async function duckDbTarget(options: DuckDbOptions): Promise<DuckDbTarget> {
  const database = await Database.open(options);
  return {
    readModels: duckDbReadModels(database),
    exportParquet: (what) => exportParquet(database, what, options.exportFolder),
    close: () => database.close(),
  };
}
