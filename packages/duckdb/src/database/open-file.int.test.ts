import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { t } from "foldstream";
import { describe, expect, it } from "vitest";
import { sale, sales, sell } from "../../test/sales.ts";
import { openTarget, scratchFile } from "../../test/scratch.ts";
import { duckDbTarget } from "../index.ts";

describe("a DuckDB file", () => {
  it("G9 is refused to a second opening in this process, however it is named, and then opens again", async () => {
    const path = scratchFile();
    const target = await duckDbTarget({ path });

    await expect(duckDbTarget({ path: join(dirname(path), ".", "facts.duckdb") })).rejects.toMatchObject({
      problem: "in-use",
    });

    await target.close();
    await openTarget({ path });
  });

  it("G9 is refused while another process has it", async () => {
    const path = scratchFile();
    const script = `const { DuckDBInstance } = require("@duckdb/node-api");
      DuckDBInstance.create(${JSON.stringify(path)}).then(() => { console.log("open"); setInterval(() => {}, 1000); });`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");

    await expect(duckDbTarget({ path })).rejects.toMatchObject({ problem: "in-use" });

    child.kill("SIGKILL");
    await once(child, "close");
    await openTarget({ path });
  });

  it("G9 is refused, and left as it is, when it is another program's", async () => {
    const path = scratchFile();
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run("CREATE TABLE own (id INTEGER)");
    connection.closeSync();
    instance.closeSync();
    const text = scratchFile();
    writeFileSync(text, "not a database ".repeat(1_000));

    await expect(duckDbTarget({ path })).rejects.toMatchObject({ problem: "not-ours" });
    await expect(duckDbTarget({ path: text })).rejects.toMatchObject({ problem: "not-ours" });
    expect(readFileSync(text, "utf8")).toBe("not a database ".repeat(1_000));
  });

  it("G9 is refused when a newer release wrote it", async () => {
    const path = scratchFile();
    await (await duckDbTarget({ path })).close();
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run("UPDATE foldstream.format SET version = 99");
    connection.closeSync();
    instance.closeSync();

    await expect(duckDbTarget({ path })).rejects.toMatchObject({ problem: "newer-version" });
  });

  it("G9 refuses a read model with other columns under the same version, and keeps what it has", async () => {
    const { readModels } = await openTarget();
    await readModels.prepare([sales]);
    await sell(readModels, [sale("EIRE", 1)]);

    const other = { ...sales, columns: { ...sales.columns, amount: t.text() } };
    await expect(readModels.prepare([other])).rejects.toMatchObject({ problem: "other-columns" });

    expect(await readModels.reader(sales).count()).toBe(1);
  });

  it("takes no more work once it is closed", async () => {
    const target = await openTarget();
    await target.close();

    await expect(target.readModels.checkpoint(sales, "0")).rejects.toMatchObject({ code: "stopped" });
    await expect(target.readModels.prepare([sales])).rejects.toMatchObject({ code: "stopped" });
  });
});
