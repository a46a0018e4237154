import { expect, it } from "vitest";
import { openDatabase } from "../../test/postgres-server.ts";

it("gives plain values: numbers, booleans, and text for everything else", async () => {
  const database = await openDatabase();

  const rows = await database.rows(
    `SELECT 1::bigint, 2.5::numeric, true, NULL::text, '2025-11-21T19:04:05Z'::timestamptz AT TIME ZONE 'UTC', '{"a": 1}'::jsonb`,
  );

  expect(rows).toEqual([[1, 2.5, true, null, "2025-11-21 19:04:05", '{"a": 1}']]);
});

it("undoes a transaction whose work rejects, and passes the error on", async () => {
  const database = await openDatabase();
  const insert = (beat: number) =>
    [`INSERT INTO "${database.schema}".foldstream_leases VALUES ('p', $1, 0, 1, NULL, 1)`, [beat]] as const;
  const failure = new Error("of the caller");

  const failed = database.transaction(async (session) => {
    await session.rows(...insert(1));
    throw failure;
  });

  await expect(failed).rejects.toBe(failure);
  await database.transaction((session) => session.rows(...insert(2)));
  expect(await database.rows(`SELECT version FROM "${database.schema}".foldstream_leases`)).toEqual([[2]]);
});
