import { given } from "foldstream/testing";
import { expect, it } from "vitest";
import { counter } from "./counter.ts";

// #region test
it("counts up", () => {
  given(counter, { Incremented: { by: 2 } })
    .when("Increment", { by: 3 })
    .then({ Incremented: { by: 3 } });
});

it("ends at a million", () => {
  given(counter, { Incremented: { by: 1_000_000 } })
    .when("Increment", {})
    .then({ code: "full" });
});
// #endregion test

it("counts by one unless told otherwise", () => {
  given(counter)
    .when("Increment", {})
    .then({ Incremented: { by: 1 } });
});

it("refuses to count down", () => {
  expect(() => given(counter).when("Increment", { by: -1 })).toThrow(
    /command "Increment" does not fit its schema: \/by/,
  );
});
