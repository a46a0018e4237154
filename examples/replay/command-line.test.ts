import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readCommandLine as read } from "./command-line.ts";

const flights = { app: { name: "flights" }, what: "departures", all: 3_000_000, concurrency: 2_000 };
const readCommandLine = (args: readonly string[], environment: NodeJS.ProcessEnv) => read(flights, args, environment);

describe("the command line", () => {
  it("replays everything into ./data unless told otherwise", () => {
    expect(readCommandLine([], {})).toEqual({
      engine: "sqlite",
      limit: undefined,
      data: resolve("data"),
      check: false,
      concurrency: undefined,
      port: undefined,
      file: undefined,
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

  it("takes a file only where the replay reads one", () => {
    expect(read({ ...flights, file: "the source" }, ["--file", "/c.csv"], {})?.file).toBe("/c.csv");
    expect(() => readCommandLine(["--file", "/c.csv"], {})).toThrow("--file");
  });

  it("refuses flags that it does not know", () => {
    expect(() => readCommandLine(["--limits", "5"], {})).toThrow("--limits");
  });
});
