import { describe, expect, it } from "vitest";
import { adding } from "../../../../tests/engines/log.ts";
import { SeenVersions } from "./seen-versions.ts";

describe("versions that were appended here", () => {
  it("are known with those before them, until they are forgotten", () => {
    const seen = new SeenVersions();
    seen.add([[adding("sum-1", 4, "a")], [adding("sum-2", 0, "b")]], 12, undefined);

    const known = [seen.has("sum-1", 4), seen.has("sum-1", 5), seen.has("sum-2", 1), seen.has("sum-1", 6)];
    const { witness } = seen;
    seen.forget();

    expect(known).toEqual([true, true, true, false]);
    expect(witness).toMatchObject({ position: 12, commandId: "b" });
    expect([seen.has("sum-1", 5), seen.witness]).toEqual([false, undefined]);
  });

  it("are not known of a stream that was only looked at, nor of a group that another one came before", () => {
    const seen = new SeenVersions();
    const checked = { ...adding("sum-1", 3, "a"), events: [] };
    seen.add([[checked, adding("sum-2", 0, "a")]], 7, undefined);
    const { witness } = seen;
    seen.add([[adding("sum-3", 0, "b")]], 8, witness);

    seen.add([[adding("sum-4", 0, "c")]], 8, witness);

    expect(["sum-1", "sum-2", "sum-3", "sum-4"].map((stream) => seen.has(stream, 1))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(seen.witness).toMatchObject({ position: 8, commandId: "b" });
  });
});
