/** Writes groups of appends, each by the least that the server can be asked for. */
import type { Database } from "../database/database.ts";
import type { Parameter } from "../database/prepared-query.ts";
import { quoted } from "../database/sql-name.ts";
import type { WriteGroup } from "./group-append.ts";
import {
  type AnswerRow,
  type Append,
  columnsOfAll,
  columnsOfEach,
  outcomesOfAll,
  outcomesOfEach,
} from "./group-columns.ts";
import { LoneAppend } from "./lone-append.ts";
import { SeenVersions } from "./seen-versions.ts";

export function groupWriter(database: Database): WriteGroup {
  const lone = new LoneAppend(database);
  const seen = new SeenVersions();
  const call = <Row extends readonly unknown[]>(name: string, columns: readonly Parameter[]): Promise<Row[]> => {
    const parameters = columns.map((_, index) => `$${index + 1}`).join(", ");
    return database.rows<Row>(`SELECT * FROM ${quoted(database.schema)}.${name}(${parameters})`, columns);
  };
  const writeAll = async (group: readonly Append[]): Promise<number | null> => {
    const { witness } = seen;
    const [[after]] = (await call("append_all", columnsOfAll(group, seen))) as [[number | null]];
    if (after === null) seen.forget();
    else seen.add(group, after, witness);
    return after;
  };
  // Where one was lost, the next may well be too: then nobody tries to write all.
  let racing = false;
  return async (group, alone) => {
    if (!racing) {
      const after = (alone ? await lone.write(group) : undefined) ?? (await writeAll(group));
      if (after !== null) return outcomesOfAll(group, after);
    }
    const outcomes = outcomesOfEach(group, await call<AnswerRow>("append_each", columnsOfEach(group)));
    racing = outcomes.some(({ ok }) => !ok);
    return outcomes;
  };
}
