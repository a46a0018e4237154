import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readCommandLine } from "./command-line.ts";

describe("the command line", () => {
  it("replays everything into ./data unless told otherwise", () => {
    expect(readCommandLine([], {})).toEqual({
      engine: "sqlite",
      limit: 3_000_000,
      data: resolve("data"),
      check: false,
      concurrency: 2_000,
      port: undefined,
    });
  });

  it("takes the folder from the flag, then from the environment", () => {
    expect(readCommandLine([], { FOLDSTREAM_DATA: "/a" })?.data).toBe("/a");
    expect(readCommandLine(["--data", "/b"], { FOLDSTREAM_DATA: "/a" })?.data).toBe("/b");
  });

  it("reads numbers as people write them", () => {
    expect(readCommandLine(["--limit", "3_000_000", "--port", "0"], {})).toMatchObject({ limit: 3_000_000, port: 0 });
  });

  it.each([
    ["--limit", "0"],
    ["--limit", "many"],
    ["--limit", "3000001"],
    ["--port", "70000"],
    ["--engine", "oracle"],
  ])("refuses %s %s", (flag, value) => {
    expect(() => readCommandLine([flag, value], {})).toThrow(flag);
  });

  it("refuses flags that it does not know", () => {
    expect(() => readCommandLine(["--limits", "5"], {})).toThrow("--limits");
  });
});
