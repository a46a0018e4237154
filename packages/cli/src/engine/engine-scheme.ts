/** Engines that a short text can name, such as `sqlite:./data/app.db`. */
import { existsSync } from "node:fs";
import type { Engine } from "foldstream/port";
import { UsageError } from "../errors.ts";

/** What is done with an engine. A source must exist; a target may be made. */
export type Role = "source" | "target";

export interface EngineScheme {
  /** What stands before the first colon. */
  readonly name: string;
  /** The package that must be installed. */
  readonly package: string;
  /** For help and messages. */
  readonly example: string;
  /** `address` is what follows the colon. Imports its package only here, so that nobody needs all of them. */
  open(address: string, role: Role): Promise<Engine>;
}

const sqlite: EngineScheme = {
  name: "sqlite",
  package: "@foldstream/sqlite",
  example: "sqlite:./data/app.db",
  async open(path, role) {
    if (role === "source" && !existsSync(path))
      throw new UsageError(`There is no SQLite file ${path}. Check the path.`);
    const { sqliteEngine } = await import("@foldstream/sqlite");
    return sqliteEngine({ path });
  },
};

/** A new engine is one entry here and one optional peer dependency. */
export const engineSchemes: readonly EngineScheme[] = [sqlite];
