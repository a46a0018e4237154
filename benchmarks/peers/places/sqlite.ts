/** A folder for each place. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openSqlite } from "../../engines/sqlite.ts";
import type { Place, Places } from "./place.ts";

export async function sqlitePlaces(parent: string): Promise<Places> {
  const { conditions } = await openSqlite();
  return {
    conditions: { ...conditions, durability: "WAL, synchronous=FULL" },
    copies: true,
    async place(copyOf) {
      const folder = mkdtempSync(join(parent, "foldstream-peers-"));
      if (copyOf) cpSync(folderOf(copyOf), folder, { recursive: true });
      return { engine: "sqlite", folder };
    },
    drop: async (place) => rmSync(folderOf(place), { recursive: true, force: true }),
    stop: async () => undefined,
  };
}

function folderOf(place: Place): string {
  if (place.engine !== "sqlite") throw new Error(`A place on ${place.engine} is not a folder.`);
  return place.folder;
}
