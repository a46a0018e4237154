import { describe, expect, it } from "vitest";
import * as z from "zod";
import { account, balance, balances } from "../../test/bank.ts";
import {
  aggregate,
  app,
  columnProblem,
  type DefinitionError,
  isFoldstreamError,
  projection,
  query,
  t,
  table,
} from "../index.ts";

function problemOf(define: () => unknown): string {
  try {
    define();
  } catch (error) {
    if (isFoldstreamError(error) && error.code === "invalid-definition") return (error as DefinitionError).message;
    throw error;
  }
  return "none";
}

const parts = { initialState: 0, events: { Added: z.object({}) }, commands: { Add: z.object({}) } };
const evolve = { Added: (state: number) => state + 1 };
const decide = { Add: () => ({ Added: {} }) };
const into = table({ id: t.key() });
const key = () => "1";

describe("a wrong definition is refused when it is made", () => {
  it.each([
    [
      "a hyphen in an aggregate's name",
      () => aggregate("my-counter", { ...parts, evolve, decide }),
      /"my-counter" is not a valid name/,
    ],
    [
      "a missing handler",
      () => aggregate("counter", { ...parts, evolve, decide: {} as typeof decide }),
      /decide.Add is missing/,
    ],
    [
      "a snapshot every 0 events",
      () => aggregate("counter", { ...parts, evolve, decide, snapshot: { every: 0 } }),
      /positive whole number, found 0/,
    ],
    ["a table without a key", () => table({ cents: t.integer() }), /exactly one t.key\(\) column, found 0/],
    ["a table with two keys", () => table({ a: t.key(), b: t.key() }), /found 2/],
    [
      "an index over no column",
      () => table({ id: t.key() }, { indexes: [["nope" as "id"]] }),
      /"nope" is indexed or searched/,
    ],
    [
      "version 0",
      () => projection("p", { version: 0, from: [account], key, into, on: {} }),
      /positive whole number, found 0/,
    ],
    [
      "a handler for no event",
      () => projection("p", { version: 1, from: [account], key, into, on: { "account.Nope": () => null } as object }),
      /no event "account.Nope"/,
    ],
    [
      "two aggregates of one name",
      () => app({ aggregates: [account, account] }),
      /two parts of kind aggregate are named "account"/,
    ],
    [
      "a source that is not in the app",
      () => app({ aggregates: [], projections: [balances] }),
      /projection "balances" reads from "account"/,
    ],
    [
      "a read model that is not in the app",
      () => app({ aggregates: [account], queries: [balance] }),
      /query "balance" reads from "balances"/,
    ],
    [
      "a query name with a slash",
      () => query("a/b", { input: z.object({}), from: [], run: async () => 1 }),
      /"a\/b" is not a valid name/,
    ],
  ])("%s", (_, define, message) => {
    expect(problemOf(define)).toMatch(message);
  });
});

describe("columnProblem", () => {
  it.each([
    [t.integer(), 2 ** 53, "the number 9007199254740992 in a column of type integer"],
    [t.real(), Number.NaN, "the number NaN in a column of type real"],
    [t.text(), 1, "the number 1 in a column of type text"],
    [t.text(), null, "null in a column that is not nullable"],
    [t.boolean(), 0, "the number 0 in a column of type boolean"],
    [t.timestamp(), "2001-01-01", "a value of type string in a column of type timestamp"],
    [t.text(), undefined, "no value"],
  ])("refuses a wrong value (%#)", (column, value, problem) => {
    expect(columnProblem(column, value)).toBe(problem);
  });

  it.each([
    [t.integer(), -(2 ** 53 - 1)],
    [t.text({ nullable: true }), null],
    [t.timestamp(), "2001-01-01T00:00:00.000Z"],
    [t.json(), { any: [1] }],
  ])("accepts a right one (%#)", (column, value) => {
    expect(columnProblem(column, value)).toBeUndefined();
  });
});
