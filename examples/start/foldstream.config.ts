/** The only place that names technology: each example gets an engine of its own. */
import { join } from "node:path";
import { type SqliteEngine, sqliteEngine } from "@foldstream/sqlite";

export function engineFor(example: string, data: string): SqliteEngine {
  return sqliteEngine({ path: join(data, `${example}.db`) });
}
