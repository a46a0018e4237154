/** The search index compared with its table, and made from it again. */
import type { DerivedIndexes, IndexProblem, ReadModel } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { quoted, searchTableName, tableName } from "./sql-name.ts";

/** `SQLITE_CORRUPT`, of which the variant for virtual tables is what the search index answers when it differs. */
const corrupt = 11;

export function sqliteIndexes(database: Database): DerivedIndexes {
  return {
    async check(model, limit) {
      const inTrees = await database.read(() => treeProblems(database, model));
      const inSearch = await searchProblems(database, model);
      return [...inTrees, ...inSearch].slice(0, limit);
    },

    rebuild: (model) =>
      database.group.write(() => {
        database.connection.exec(`REINDEX ${quoted(tableName(model))}`);
        if (model.search.length > 0) database.connection.exec(searchCommand(model, "'rebuild'"));
        return { value: undefined, undo: false };
      }),
  };
}

/** The table and its indexes, entry by entry (sqlite.org/pragma.html#pragma_integrity_check). */
function treeProblems({ connection }: Database, model: ReadModel): IndexProblem[] {
  const found = connection.prepare(`PRAGMA integrity_check(${quoted(tableName(model))})`).all();
  return found
    .map(({ integrity_check: problem }) => String(problem))
    .filter((problem) => problem !== "ok")
    .map((problem) => ({ index: tableName(model), problem }));
}

/**
 * Its own check, against the rows (sqlite.org/fts5.html#the_integrity_check_command). It has the form of a write, and writes nothing: for as
 * long as it lasts nobody else writes.
 */
async function searchProblems({ connection, group }: Database, model: ReadModel): Promise<readonly IndexProblem[]> {
  if (model.search.length === 0) return [];
  return group.write((): { readonly value: readonly IndexProblem[]; readonly undo: boolean } => {
    try {
      connection.exec(searchCommand(model, "'integrity-check', 1", ", rank"));
      return { value: [], undo: false };
    } catch (error) {
      if (((error as { errcode?: number }).errcode ?? 0) % 256 !== corrupt) throw error;
      const problem = "the search index differs from the rows";
      return { value: [{ index: searchTableName(model), problem }], undo: false };
    }
  });
}

function searchCommand(model: ReadModel, values: string, more = ""): string {
  const table = quoted(searchTableName(model));
  return `INSERT INTO ${table} (${table}${more}) VALUES (${values})`;
}
