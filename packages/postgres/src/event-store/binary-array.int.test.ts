import { expect, it } from "vitest";
import { openDatabase } from "../../test/postgres-server.ts";
import { integers, longs, texts } from "./binary-array.ts";

it.each([
  ["integer", integers, [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]],
  ["bigint", longs, [0, 1, -1, 2 ** 32, 2 ** 32 - 1, -(2 ** 40) - 7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
  ["text", texts, ["", "plain", null, '"quoted" {\\}, NULL', "NULL", "ünïcödé 😀", "x".repeat(70_000), null]],
] as const)("an array of %s arrives as it was sent, also an empty one", async (type, encode, values) => {
  const database = await openDatabase();
  const arrived = async (sent: readonly unknown[]) => {
    const array = (encode as (values: readonly unknown[]) => Buffer)(sent);
    const [row] = await database.rows<[string]>(`SELECT to_json($1::${type}[])::text`, [array]);
    return JSON.parse(row?.[0] ?? "");
  };

  expect(await arrived(values)).toEqual(values);
  expect(await arrived([])).toEqual([]);
});
