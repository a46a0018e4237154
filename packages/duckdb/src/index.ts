/** Foldstream's read models in DuckDB. */
export { type DuckDbOptions, type DuckDbTarget, duckDbTarget } from "./duckdb-target.ts";
export { DuckDbFileError, type DuckDbFileProblem, isDuckDbFileError } from "./errors.ts";
export type { ExportedParquet, ParquetExport } from "./parquet/export-parquet.ts";
