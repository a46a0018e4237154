/** SQL from outside, on a connection that cannot write. */
import { constants } from "node:sqlite";
import type { Row, SqlReader } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { storeFailure } from "../errors.ts";

const allowed: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);

/** The connection is opened read-only; the authorizer also refuses ATTACH, PRAGMA and the rest before they run. */
export function sqliteSelect(database: Database): SqlReader {
  let authorized = false;
  const connection = () => {
    const { reader } = database;
    if (!authorized)
      reader.setAuthorizer((action) => (allowed.has(action) ? constants.SQLITE_OK : constants.SQLITE_DENY));
    authorized = true;
    return reader;
  };
  return {
    dialect: "sqlite",
    async select({ sql, parameters }) {
      try {
        return connection()
          .prepare(sql)
          .all(...(parameters as string[])) as Row[];
      } catch (error) {
        throw storeFailure(error, database.path);
      }
    },
  };
}
