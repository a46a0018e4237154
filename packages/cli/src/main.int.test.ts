import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runProgram } from "../../../tests/child-program.ts";
import { digestOf, fillFile, scratchFolder } from "../test/files.ts";
import { foldstream, jsonIn } from "../test/foldstream.ts";

it("runs by the file that npm links, before anything was built too", async () => {
  const linked = runProgram(new URL("../bin/foldstream.js", import.meta.url).pathname, ["--help"]);

  expect([await linked.ended, linked.output()]).toEqual([0, expect.stringContaining("foldstream [options] [command]")]);
});

describe("foldstream migrate", () => {
  it("copies a log, says that the copy is equal, and has nothing to do the second time", async () => {
    const folder = scratchFolder();
    const [from, to] = [join(folder, "from.db"), join(folder, "to.db")];
    const log = await fillFile(from, 1_500, { streams: 40 });

    const first = await foldstream("migrate", "--from", `sqlite:${from}`, "--to", `sqlite:${to}`);
    const second = await foldstream("migrate", "--from", `sqlite:${from}`, "--to", `sqlite:${to}`, "--json");

    expect(first).toMatchObject({
      code: 0,
      output: expect.stringContaining(
        "Copied 1,350 events and 1,500 receipts.\nThe target is equal: 1,350 events, 1,500 receipts, by count and digest.\n",
      ),
    });
    expect(first.output).toMatch(/^Events: 1,350, 100 %.*\nReceipts: 1,500.*\nVerifying: 1,350, 100 %/m);
    expect(second.code).toBe(0);
    expect(jsonIn(second.output)).toEqual({ ok: true, command: "migrate", log, written: { events: 0, receipts: 0 } });
    expect(await digestOf(to)).toEqual(log);
  });

  it("refuses a target that holds something else, and leaves it as it was", async () => {
    const folder = scratchFolder();
    const [from, to] = [join(folder, "from.db"), join(folder, "to.db")];
    await fillFile(from, 100, { streams: 5 });
    const before = await fillFile(to, 100, { streams: 9 });

    const { code, output } = await foldstream("migrate", "--from", `sqlite:${from}`, "--to", `sqlite:${to}`, "--json");

    expect(code).toBe(1);
    expect(output).toMatch(/^foldstream migrate: The target holds .* Choose a target that is empty/m);
    expect(jsonIn(output)).toMatchObject({ ok: false, error: { code: "store-failure", problem: "target-differs" } });
    expect(await digestOf(to)).toEqual(before);
  });
});

describe("a module of the user's", () => {
  it("gives engines by the names of its exports, in TypeScript as Node runs it, whatever the name of the file", async () => {
    const [folder, path] = [scratchFolder(), join(scratchFolder(), "from.db")];
    const log = await fillFile(path, 500, { streams: 40 });
    const sqlite = new URL("../../sqlite/src/index.ts", import.meta.url).href;
    const config = join(folder, "engines #1.ts");
    const code = [
      `import { type SqliteEngine, sqliteEngine } from "${sqlite}";`,
      `export const source = (): SqliteEngine => sqliteEngine({ path: "${path}" });`,
      `export default async () => sqliteEngine({ path: "${join(folder, "to.db")}" });`,
    ];
    writeFileSync(config, code.join("\n"));

    const { code: ended, output } = await foldstream("migrate", "--from", `${config}#source`, "--to", config, "--json");

    expect(jsonIn(output)).toMatchObject({ ok: true, log });
    expect(ended).toBe(0);
  });
});

describe("foldstream backup, verify and restore", () => {
  it("carry a log through a file", async () => {
    const folder = scratchFolder();
    const [from, to, file] = [join(folder, "from.db"), join(folder, "to.db"), join(folder, "backups", "log.gz")];
    const log = await fillFile(from, 1_000, { streams: 40 });

    const backup = await foldstream("backup", "--config", `sqlite:${from}`, file);
    const verify = await foldstream("verify", file);
    const restore = await foldstream("restore", "--engine", `sqlite:${to}`, file);

    expect([backup, verify, restore].map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(backup.output).toContain(`Wrote 900 events and 1,000 receipts to ${file}.`);
    expect(verify.output).toMatch(/log\.gz is whole: 900 events and 1,000 receipts, written at \d{4}-/);
    expect(restore.output).toContain("Copied 900 events and 1,000 receipts.");
    expect(await digestOf(to)).toEqual(log);
  });

  it("G9 refuse a damaged file, say where it is damaged, and make no target", async () => {
    const folder = scratchFolder();
    const [from, to, file] = [join(folder, "from.db"), join(folder, "to.db"), join(folder, "log.gz")];
    await fillFile(from, 1_000, { streams: 40 });
    await foldstream("backup", "--config", `sqlite:${from}`, file);
    truncateSync(file, 5_000);

    const verify = await foldstream("verify", file, "--json");
    const restore = await foldstream("restore", "--config", `sqlite:${to}`, file);

    expect(verify.code).toBe(1);
    expect(jsonIn(verify.output)).toMatchObject({ ok: false, error: { problem: "damaged-backup" } });
    expect(restore.code).toBe(1);
    expect(restore.output).toMatch(/damaged at line \d+: the file is cut off, after 5000 bytes/);
    expect(existsSync(to)).toBe(false);
  });

  it("leave an older backup as it was when the new one fails", async () => {
    const folder = scratchFolder();
    const file = join(folder, "log.gz");
    writeFileSync(file, "older");

    const { code } = await foldstream("backup", "--config", `sqlite:${join(folder, "nothing.db")}`, file);

    expect(code).toBe(2);
    expect(readFileSync(file, "utf8")).toBe("older");
    expect(existsSync(join(folder, "nothing.db"))).toBe(false);
  });
});

describe("what is wrong with the call", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["no command", [], /Usage: foldstream/],
    ["an unknown command", ["migrat"], /Did you mean migrate\?/],
    ["a missing option", ["migrate", "--from", "a"], /required option '--to <engine>'/],
    [
      "an unknown scheme",
      ["backup", "--config", "mysql://user:secret@host", "x"],
      /No engine is known by "mysql:"\. Give/,
    ],
    ["a scheme without an address", ["backup", "--config", "sqlite:", "x"], /Write it like sqlite:\.\/data\/app\.db/],
    [
      "a module that is not there",
      ["backup", "--config", "./no.ts", "x"],
      /There is no module \.\/no\.ts\. Check the path/,
    ],
    ["one engine for both", ["migrate", "--from", "a.ts", "--to", "a.ts"], /name the same engine/],
    ["no concurrency", ["restore", "--config", "a", "x", "--concurrency", "0"], /Expected a whole number from 1/],
  ])("is said with exit code 2: %s", async (_, args, message) => {
    const { code, output } = await foldstream(...args);

    expect(output).toMatch(message);
    expect(output).not.toContain("secret");
    expect(code).toBe(2);
  });
});
