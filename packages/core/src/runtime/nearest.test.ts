import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

it("names the closest first and leaves out what is too far", () => {
  expect(nearest("Incremnt", ["Decrement", "Increment", "Reset"])).toEqual(["Increment", "Decrement"]);
});

it("suggests nothing for something entirely different", () => {
  expect(nearest("xyz", ["Increment", "Decrement"])).toEqual([]);
});
