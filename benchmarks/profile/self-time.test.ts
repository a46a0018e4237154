/** Profiles as text. */
import { expect, it } from "vitest";
import { selfTimes } from "./self-time.ts";

function node(id: number, functionName: string, url = "", lineNumber = -1) {
  return { id, callFrame: { functionName, scriptId: "0", url, lineNumber, columnNumber: 0 } };
}

it("tells where the time went that was not waited, the most first, and leaves out the profiler", () => {
  const nodes = [
    node(1, "(idle)"),
    node(2, "fold", "file:///home/me/foldstream/packages/core/dist/fold.js", 9),
    node(3, "", "file:///home/me/foldstream/node_modules/pg/lib/client.js", 0),
    node(4, "post", "node:inspector", 114),
  ];
  const text = selfTimes({
    ...{ nodes, startTime: 0, endTime: 2_000_000 },
    samples: [1, 2, 3, 2, 4],
    timeDeltas: [1_000_000, 500_000, 250_000, 250_000, 9_000_000],
  });

  expect(text).toBe(
    [
      "2.0 s, of which 50.0 % waited. Of the rest, in %:",
      "",
      " 75.0  fold  packages/core/dist/fold.js:10",
      " 25.0  (anonymous)  pg/lib/client.js:1",
    ].join("\n"),
  );
});
