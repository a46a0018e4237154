import { pino } from "pino";
import { expect, it } from "vitest";
import { errorLog } from "./index.ts";

it("logs the id and the route of a failed request, but not its URL, headers or body", () => {
  const lines: string[] = [];
  const log = errorLog(pino({}, { write: (line: string) => lines.push(line) }));
  const request = new Request("http://test/queries/x?name=ann", { headers: { authorization: "Bearer token" } });

  log(new Error("disk full"), { instance: "urn:uuid:1", method: "GET", route: "/queries/:name", request });

  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    err: { message: "disk full" },
    instance: "urn:uuid:1",
    method: "GET",
    route: "/queries/:name",
  });
  expect(lines.join("")).not.toMatch(/ann|token/);
});
