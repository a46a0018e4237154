import { expect, it } from "vitest";
import { adding, wholeFeed } from "../../../tests/engines/log.ts";
import { connectAside, openEngine, ownServer } from "../test/postgres-server.ts";
import { tables } from "./database/schema.ts";
import { quoted } from "./database/sql-name.ts";

const schema = "restored";

/** What a logical dump takes along: the rows of each table, and nothing of the cluster that held them. */
async function copyRows(from: string, to: string): Promise<void> {
  const [source, target] = [await connectAside(from), await connectAside(to)];
  for (const table of tables) {
    const name = `${quoted(schema)}.${quoted(table)}`;
    const { rows } = await source.query(`SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${name} t`);
    await target.query(
      `INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1) ON CONFLICT DO NOTHING`,
      [rows[0].rows],
    );
  }
  await source.end();
  await target.end();
}

it("keeps positions, tokens, receipts and snapshots in a fresh cluster, whose transactions are numbered from the start", async () => {
  const [old, fresh] = [await ownServer({ durable: false }), await ownServer({ durable: false })];
  const before = await openEngine({ connection: { connectionString: old.connectionString }, schema });
  for (let n = 0; n < 200; n++) await before.eventStore.append([adding(`sum-${n % 7}`, Math.floor(n / 7), `c${n}`, n)]);
  await before.eventStore.writeSnapshot("sum-1", { version: 3, schemaVersion: 1, state: "{}" });
  const [receipt] = await before.eventStore.receipts("sum-1", ["c1"]);
  const token = receipt?.token as string;
  const after = await openEngine({ connection: { connectionString: fresh.connectionString }, schema });
  expect(await after.eventFeed.head("0")).toBe(0);

  await copyRows(old.connectionString, fresh.connectionString);

  expect(await wholeFeed(after.eventFeed)).toEqual(await wholeFeed(before.eventFeed));
  expect(await after.eventFeed.locate(token)).toEqual(await before.eventFeed.locate(token));
  expect(await after.eventStore.readSnapshot("sum-1")).toEqual({ version: 3, schemaVersion: 1, state: "{}" });
  expect(await after.eventStore.append([adding("sum-1", 29, "c1")])).toMatchObject({ receipts: [receipt] });
  expect(await after.eventStore.append([adding("sum-new", 0, "new")])).toMatchObject({ ok: true });
  expect((await wholeFeed(after.eventFeed)).at(-1)).toMatchObject({ stream: "sum-new", position: 201 });
});
