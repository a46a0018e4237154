import { readdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const folder = new URL(".", import.meta.url);
/** Imports and exports that are left at run time, from anywhere but this package. */
const foreign = /^(?:import|export)\b(?!\s+type\b)[^;]*?\bfrom\s+"(?!\.)[^"]*"/gm;

it("imports nothing at run time, so that browsers can load it as it is", async () => {
  const files = (await readdir(folder)).filter((file) => !/\.(type-)?test\.ts$/.test(file));

  for (const file of files)
    expect((await readFile(new URL(file, folder), "utf8")).match(foreign) ?? [], file).toEqual([]);
  expect('import { x } from "bare";\n'.match(foreign)).toHaveLength(1);
  expect(files).toContain("client.ts");
});
