/** The words of rows for full-text search, compared with the rows, and made from them again. */
import { type DerivedIndexes, factKey, type ReadModel } from "foldstream/port";
import type { SqlValue } from "../database/array-literal.ts";
import type { Database } from "../database/database.ts";
import { quoted } from "../database/sql-name.ts";
import { primaryKey, searchColumn, tableIn } from "./relation-name.ts";
import { searchVector } from "./search-words.ts";

/** A row whose words are not those of its columns. */
interface WrongWords {
  readonly place: readonly SqlValue[];
  /** As they are, and as they should be. */
  readonly found: string;
  readonly words: string;
}

const rowsPerPage = 1_000;

export function postgresIndexes(database: Database): DerivedIndexes {
  return {
    async check(model, limit) {
      const wrong: WrongWords[] = [];
      for await (const page of wrongWords(database, model)) {
        wrong.push(...page);
        if (wrong.length >= limit) break;
      }
      return wrong.slice(0, limit).map(({ place }) => ({
        index: searchColumn,
        key: keyOf(model, place),
        problem: "the words differ from the row",
      }));
    },

    async rebuild(model) {
      const place = primaryKey(model).map((name, index) => `${quoted(name)} = $${index + 3}`);
      const sql = `UPDATE ${tableIn(database.schema, model)} SET ${quoted(searchColumn)} = $1::tsvector
        WHERE ${quoted(searchColumn)}::text = $2 AND ${place.join(" AND ")}`;
      for await (const page of wrongWords(database, model))
        for (const { place, found, words } of page) await database.rows(sql, [words, found, ...place]);
    },
  };
}

async function* wrongWords(database: Database, model: ReadModel): AsyncGenerator<readonly WrongWords[]> {
  if (model.search.length === 0) return;
  for (let after: readonly SqlValue[] | undefined; ; ) {
    const rows = await database.rows<SqlValue[]>(pageStatement(database.schema, model, after !== undefined), [
      rowsPerPage,
      ...(after ?? []),
    ]);
    yield await wrongAmong(database, model, rows);
    if (rows.length < rowsPerPage) return;
    after = rows.at(-1)?.slice(0, primaryKey(model).length);
  }
}

/** Rows with their words: place, searched columns, words. */
function pageStatement(schema: string, model: ReadModel, goesOn: boolean): string {
  const place = primaryKey(model).map((name) => `t.${quoted(name)}`);
  const columns = [...place, ...model.search.map((name) => `t.${quoted(name)}`), `t.${quoted(searchColumn)}::text`];
  const after = goesOn ? ` WHERE (${place.join(", ")}) > (${place.map((_, index) => `$${index + 2}`).join(", ")})` : "";
  return `SELECT ${columns.join(", ")} FROM ${tableIn(schema, model)} t${after} ORDER BY ${place.join(", ")} LIMIT $1`;
}

async function wrongAmong(
  database: Database,
  model: ReadModel,
  rows: readonly SqlValue[][],
): Promise<readonly WrongWords[]> {
  const width = primaryKey(model).length;
  const vectors = rows.map((row) => searchVector(row.slice(width, -1).map((value) => String(value ?? ""))));
  const asStored = await database.rows<[string]>(
    "SELECT u.v::tsvector::text FROM unnest($1::text[]) WITH ORDINALITY AS u (v, n) ORDER BY u.n",
    [vectors],
  );
  return rows.flatMap((row, index) => {
    const [found, words] = [String(row.at(-1)), asStored[index]?.[0] ?? ""];
    return found === words ? [] : [{ place: row.slice(0, width), found, words }];
  });
}

function keyOf({ kind }: ReadModel, [first, position, index]: readonly SqlValue[]): string {
  if (kind === "table") return String(first);
  return factKey({ partition: String(first), position: Number(position), index: Number(index) });
}
