import { describe, expect, it } from "vitest";
import { compare } from "./compare.ts";
import { report } from "./report.ts";

describe("a comparison", () => {
  it("counts rows that differ, or are there on one side only", () => {
    const expected = [
      { id: "A", n: 1 },
      { id: "B", n: 2 },
      { id: "C", n: 3 },
    ];
    const found = [
      { id: "A", n: 1, more: true },
      { id: "B", n: 3 },
      { id: "D", n: 4 },
    ];

    const comparison = compare("letters", "id", expected, found);

    expect(comparison).toMatchObject({ readModel: "letters", rows: 4, equal: 1, different: 3 });
    expect(comparison.differences).toEqual([
      { key: "B", column: "n", expected: 2, found: 3 },
      { key: "C", expected: "a row", found: undefined },
      { key: "D", expected: undefined, found: "a row" },
    ]);
  });

  it("is reported as a table, with the first differences", () => {
    const text = report([compare("letters", "id", [{ id: "A", n: 1 }], [{ id: "A", n: 2 }])]);

    expect(text.split("\n")).toEqual([
      "read model  rows  equal  different",
      "letters        1      0          1",
      "  letters A, n: DuckDB says 1, the read model 2",
    ]);
  });
});
