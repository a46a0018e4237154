import { describe, expect, it } from "vitest";
import { t } from "../../definition/column.ts";
import type { Build, ReadModel } from "../../port/read-model-store.ts";
import { chooseBuilds, nextBuild } from "./choose-builds.ts";

const columns = { id: t.key(), cents: t.integer(), note: t.text({ nullable: true }) };
const model: ReadModel = { name: "sums", version: 2, kind: "table", columns, indexes: [], search: [] };

function built(place: string, state: Build["state"], change: Partial<ReadModel> = {}): Build {
  const [version, build] = place.split(".").map(Number);
  return { model: { ...model, version: version as number, build: build as number, ...change }, state };
}

/** Such as `own 2.0 new, serves 1.0`. */
function chosen(builds: readonly Build[], declared: ReadModel = model): string {
  const { own, ownState, serving } = chooseBuilds(declared, builds);
  const place = (one: ReadModel) => `${one.version}.${one.build}`;
  return `own ${place(own)} ${ownState ?? "absent"}, serves ${serving ? place(serving) : "nothing"}`;
}

describe("of the builds of a read model, an app", () => {
  it.each<readonly [string, readonly Build[], string]>([
    ["makes the first one", [], "own 2.0 absent, serves 2.0"],
    ["keeps the live one of its version", [built("2.0", "previous"), built("2.1", "live")], "own 2.1 live, serves 2.1"],
    [
      "leaves alone what is being built of its version",
      [built("2.0", "live"), built("2.1", "new")],
      "own 2.0 live, serves 2.0",
    ],
    ["builds a raised version beside the live one", [built("1.0", "live")], "own 2.0 absent, serves 1.0"],
    ["goes on building a raised version", [built("1.3", "live"), built("2.0", "new")], "own 2.0 new, serves 1.3"],
    [
      "does not use the number of a dropped build again",
      [built("1.0", "live"), built("2.0", "dropped")],
      "own 2.1 absent, serves 1.0",
    ],
    [
      "keeps the one that was rolled back, and reads what is live",
      [built("1.0", "live"), built("2.0", "previous"), built("2.1", "new")],
      "own 2.0 previous, serves 1.0",
    ],
    [
      "keeps the newest of those that were rolled back",
      [built("1.0", "live"), built("2.0", "previous"), built("2.1", "previous")],
      "own 2.1 previous, serves 1.0",
    ],
    [
      "of an older release goes on with its own",
      [built("2.0", "previous"), built("3.0", "live")],
      "own 2.0 previous, serves 2.0",
    ],
    [
      "of an older release whose own was dropped reads what is live",
      [built("2.0", "dropped"), built("3.0", "live")],
      "own 2.1 absent, serves 3.0",
    ],
  ])("%s", (_, builds, expected) => {
    expect(chosen(builds)).toBe(expected);
  });

  const { cents: _, ...fewer } = columns;
  it.each<readonly [string, Partial<ReadModel>, boolean]>([
    ["the same columns", {}, true],
    ["a column more", { columns: { ...columns, extra: t.text() } }, true],
    ["another order", { columns: { note: columns.note, cents: columns.cents, id: columns.id } }, true],
    ["other indexes", { indexes: [["cents"]] }, true],
    ["search that nobody asks for", { search: ["note"] }, true],
    ["a column that is never null here", { columns: { ...columns, note: t.text() } }, true],
    ["a column less", { columns: fewer }, false],
    ["a column of another type", { columns: { ...columns, cents: t.real() } }, false],
    ["a column that may be null here", { columns: { ...columns, cents: t.integer({ nullable: true }) } }, false],
    ["facts", { kind: "facts" }, false],
  ])("reads an older version with %s, or refuses to", (_, change, fits) => {
    const expected = fits ? "own 2.0 absent, serves 1.0" : "own 2.0 absent, serves nothing";

    expect(chosen([built("1.0", "live", change)])).toBe(expected);
  });

  it("reads no older version that cannot be searched as declared", () => {
    const searched = { ...model, search: ["note"] };

    expect(chosen([built("1.0", "live")], searched)).toBe("own 2.0 absent, serves nothing");
    expect(chosen([built("1.0", "live", { search: ["note"] })], searched)).toBe("own 2.0 absent, serves 1.0");
  });
});

describe("the next build", () => {
  it("has a number of its own within its version", () => {
    expect(nextBuild(2, [])).toBe(0);
    expect(nextBuild(2, [built("1.7", "live")])).toBe(0);
    expect(nextBuild(2, [built("2.0", "live"), built("2.4", "dropped"), built("3.9", "new")])).toBe(5);
  });
});
