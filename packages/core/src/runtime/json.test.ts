import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fingerprint } from "./command/fingerprint.ts";
import { canonicalJson, jsonProblem } from "./json.ts";

it("finds nothing wrong with any JSON value", () => {
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => jsonProblem(value) === undefined));
});

it.each([
  [{ a: [1, { b: new Map() }] }, "/a/1/b is a Map; use text or plain objects instead"],
  [{ a: Number.POSITIVE_INFINITY }, "/a is Infinity"],
  [[() => 1], "/0 is of type function"],
  [undefined, "it is of type undefined"],
])("says where %j is not JSON", (value, problem) => {
  expect(jsonProblem(value)).toBe(problem);
});

it("writes equal values as equal text, whatever the order of their keys", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
      const reversed = Object.fromEntries(Object.entries(record).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(record));
      expect(JSON.parse(canonicalJson(record))).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});

it("gives different commands different fingerprints and equal ones the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const same = canonicalJson(left) === canonicalJson(right);
      expect(fingerprint("Add", left) === fingerprint("Add", right)).toBe(same);
      expect(fingerprint("Add", left)).not.toBe(fingerprint("Remove", left));
    }),
  );
});
