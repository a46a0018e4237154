import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { adding } from "../../../../tests/engines/log.ts";
import { openEngine, scratchFile, scratchFolder } from "../../test/scratch.ts";
import { isSqliteFileError, sqliteEngine } from "../index.ts";

/** Every file of the folder, byte by byte, and when it was last written. */
function snapshot(path: string) {
  const folder = dirname(path);
  return readdirSync(folder).map((name) => {
    const file = join(folder, name);
    return [name, statSync(file).mtimeMs, readFileSync(file).toString("base64")];
  });
}

function refusal(path: string): unknown {
  try {
    sqliteEngine({ path });
  } catch (error) {
    return error;
  }
  throw new Error(`${path} was opened.`);
}

/** A database as another program would leave it. */
function foreignDatabase(sql: string): string {
  const path = scratchFile();
  const connection = new DatabaseSync(path);
  connection.exec(sql);
  connection.close();
  return path;
}

/** One of ours with some events, closed. */
async function ownDatabase(): Promise<string> {
  const path = scratchFile();
  const engine = sqliteEngine({ path });
  await engine.eventStore.append([adding("sum-1", 0, "command-1")]);
  await engine.close();
  return path;
}

function patched(path: string, change: (bytes: Buffer) => void): string {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
  return path;
}

describe("a file that is not ours", () => {
  const cases: Record<string, () => string | Promise<string>> = {
    text: () => {
      const path = scratchFile();
      writeFileSync(path, "Dear diary,\n".repeat(100));
      return path;
    },
    "an empty file": () => {
      const path = scratchFile();
      writeFileSync(path, "");
      return path;
    },
    "the first bytes of a database": () => {
      const path = scratchFile();
      writeFileSync(path, "SQLite format 3\0");
      return path;
    },
    "another program's database": () => foreignDatabase("CREATE TABLE notes (text TEXT)"),
    "another program's database in WAL mode": () =>
      foreignDatabase("PRAGMA journal_mode = WAL; PRAGMA application_id = 7; CREATE TABLE foldstream_events (x)"),
  };

  it.each(Object.entries(cases))("is refused untouched: %s", async (_, make) => {
    const path = await make();
    const before = snapshot(path);

    const error = refusal(path);

    expect(isSqliteFileError(error) && error.problem).toBe("not-ours");
    expect((error as Error).message).toContain(path);
    expect(snapshot(path)).toEqual(before);
  });
});

describe("a file of ours", () => {
  it("is refused untouched when a newer release has written it", async () => {
    const path = patched(await ownDatabase(), (bytes) => bytes.writeUInt32BE(99, 60));
    const before = snapshot(path);

    const error = refusal(path);

    expect(isSqliteFileError(error) && error.problem).toBe("newer-version");
    expect((error as Error).message).toContain("99");
    expect(snapshot(path)).toEqual(before);
  });

  it("fails clearly when its tables are damaged, and stays openable by a repair tool", async () => {
    const path = patched(await ownDatabase(), (bytes) => bytes.fill(0xee, 100, 4_096));

    expect(() => sqliteEngine({ path })).toThrow(expect.objectContaining({ code: "store-failure" }));
    expect(
      readFileSync(path)
        .subarray(100, 4_096)
        .every((byte) => byte === 0xee),
    ).toBe(true);
  });

  it("keeps everything from one opening to the next", async () => {
    const path = await ownDatabase();

    const engine = openEngine({ path });

    expect(await engine.eventStore.read("sum-1", { after: 0, limit: 10 })).toHaveLength(1);
  });

  it("is left whole and alone when closed: no write-ahead log beside it", async () => {
    const path = await ownDatabase();

    expect(readdirSync(dirname(path))).toEqual(["app.db"]);
  });
});

describe("a path", () => {
  it("has its folders made", async () => {
    const path = join(scratchFolder(), "a", "b", "app.db");

    const engine = openEngine({ path });

    expect(await engine.eventFeed.head("0")).toBe(0);
  });

  it.each([":memory:", "", "file::memory:?cache=shared"])("must name a file: %j", (path) => {
    const error = refusal(path);

    expect(isSqliteFileError(error) && error.problem).toBe("in-memory");
    expect((error as Error).message).toContain("foldstream/memory");
  });

  it("that is a folder is refused", () => {
    const path = scratchFile();
    mkdirSync(path);

    expect(refusal(path)).toMatchObject({ code: "store-failure" });
  });
});
