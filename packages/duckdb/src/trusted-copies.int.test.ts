import { factPlace } from "foldstream/port";
import { onTestFinished } from "vitest";
import type { BehindItsBack } from "../../../tests/targets/behind-its-back.ts";
import { describeTrustedCopies } from "../../../tests/targets/trusted-copies.ts";
import { scratchFile } from "../test/scratch.ts";
import { Database } from "./database/database.ts";
import { duckDbReadModels } from "./read-model/duckdb-read-models.ts";

/** By SQL on the same file, which one process at a time may have open. */
function behind(database: Database): BehindItsBack {
  const run = (sql: string) => database.write(async (connection) => void (await connection.run(sql)));
  const text = (value: unknown) => `'${String(typeof value === "object" ? JSON.stringify(value) : value)}'`;
  const keyOf = (name: string, key: string): Readonly<Record<string, string>> => {
    if (name !== "shelvings") return { id: text(key) };
    const { partition, position, index } = factPlace(key);
    return { "~partition": text(partition), "~position": String(position), "~index": String(index) };
  };
  const at = (name: string, key: string) =>
    Object.entries(keyOf(name, key))
      .map(([column, value]) => `"${column}" = ${value}`)
      .join(" AND ");
  const change = (name: string, key: string, column: string, value: unknown) =>
    run(`UPDATE ${name}_v1 SET "${column}" = ${text(value)} WHERE ${at(name, key)}`);
  return {
    change,
    spoil: (name, key) => change(name, key, "rating", "NaN"),
    remove: (name, key) => run(`DELETE FROM ${name}_v1 WHERE ${at(name, key)}`),
    copy(name, from, to) {
      const keys = Object.entries(keyOf(name, to)).map(([column, value]) => `${value} AS "${column}"`);
      return run(`INSERT INTO ${name}_v1 SELECT * REPLACE (${keys}) FROM ${name}_v1 WHERE ${at(name, from)}`);
    },
  };
}

describeTrustedCopies({
  name: "DuckDB",
  keeps: { words: false, nulls: false },
  async open() {
    const database = await Database.open({ path: scratchFile(), threads: 1 });
    onTestFinished(() => database.close());
    const target = { readModels: duckDbReadModels(database), close: () => database.close() };
    return { target, behind: behind(database) };
  },
});
