/** Where a server keeps its files, and the password that it was initialised with. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface DataFolder {
  /** What `initdb` fills. */
  readonly databaseDir: string;
  readonly password: string;
  /** Whether a server has run here before. */
  readonly initialised: boolean;
  /** From now on a server has. */
  keepPassword(): void;
  /** Removes what was made for this server alone: nothing of a folder that the caller named. */
  remove(): void;
}

/** @throws Error when the server's user could not reach the folder. */
export function openDataFolder(named: string | undefined): DataFolder {
  const folder = named === undefined ? mkdtempSync(join(tmpdir(), "foldstream-postgres-")) : resolve(named);
  mkdirSync(folder, { recursive: true });
  if (process.getuid?.() === 0) letOthersThrough(folder);
  const [databaseDir, passwordFile] = [join(folder, "data"), join(folder, "password")];
  const initialised = existsSync(passwordFile);
  // Without the password, which is written last, this is what an initialisation has left that was cut off.
  if (!initialised) rmSync(databaseDir, { recursive: true, force: true });
  const password = initialised ? readFileSync(passwordFile, "utf8") : randomBytes(18).toString("base64url");
  return {
    databaseDir,
    password,
    initialised,
    keepPassword: () => writeFileSync(passwordFile, password, { mode: 0o600 }),
    remove() {
      if (named === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root, and runs as the user `postgres` instead. */
function letOthersThrough(folder: string): void {
  chmodSync(folder, statSync(folder).mode | 0o011);
  for (let parent = dirname(folder); parent !== dirname(parent); parent = dirname(parent)) {
    if (statSync(parent).mode & 0o001) continue;
    throw new Error(
      `PostgreSQL runs as the user "postgres", which may not pass through ${parent}. Use another folder, or: chmod o+x ${parent}`,
    );
  }
}
