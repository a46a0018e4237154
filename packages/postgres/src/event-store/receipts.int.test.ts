import type { EventStore } from "foldstream/port";
import { expect, it } from "vitest";
import { adding } from "../../../../tests/engines/log.ts";
import { freshSchema, openDatabase, openEngine } from "../../test/postgres-server.ts";
import type { Database, Session } from "../database/database.ts";
import type { GroupAppend } from "./group-append.ts";
import { columnsOfEach } from "./group-columns.ts";
import { postgresEventStore } from "./postgres-event-store.ts";

const written = 2_000;
const few = 100;

/** One transaction, in which the server tells how many rows and index entries it has read. */
async function reading(schema: string, work: (session: Session, store: EventStore) => Promise<void>): Promise<number> {
  const database = await openDatabase(schema);
  return database.transaction(async (session) => {
    const rows: Session["rows"] = (text, values) => session.rows(text, values);
    await work(session, postgresEventStore({ schema, rows } as Database, {} as GroupAppend));
    const [row] = await session.rows<[number]>(
      "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables WHERE schemaname = $1",
      [schema],
    );
    return row?.[0] ?? 0;
  });
}

it("are found by their own rows, however many there are, in events and apart", async () => {
  const schema = freshSchema();
  const { eventStore } = await openEngine({ schema });
  const idle = (n: number) => ({ ...adding(`idle-${n}`, 0, `idle ${n}`), events: [] });
  const all = Array.from({ length: written }, (_, n) => [adding(`sum-${n}`, 0, `command ${n}`), idle(n)]).flat();
  await Promise.all(all.map((write) => eventStore.append([write])));
  const lost = [[adding("sum-7", 1, "command 7")], [{ ...adding("idle-7", 0, "idle 7") }]];

  const found = await reading(schema, async (_, store) => {
    expect(await store.receipts("sum-7", ["command 7", "unknown"])).toHaveLength(1);
    expect(await store.receipts("idle-7", ["unknown", "idle 7"])).toHaveLength(1);
  });
  const listed = await reading(schema, async (_, store) => {
    const { next } = await store.listReceipts({ limit: 10 });
    const { receipts } = await store.listReceipts({ limit: 10, ...(next !== undefined && { after: next }) });
    expect(receipts).toHaveLength(10);
  });
  const sortedOut = await reading(schema, async (session) => {
    const columns = columnsOfEach(lost);
    const parameters = columns.map((_, index) => `$${index + 1}`).join();
    const rows = await session.rows(`SELECT append, command_id FROM "${schema}".append_each(${parameters})`, columns);
    expect(rows).toEqual(
      expect.arrayContaining([
        [1, "command 7"],
        [2, "idle 7"],
      ]),
    );
  });

  expect([found, listed, sortedOut].map((rows) => rows > 0 && rows < few)).toEqual([true, true, true]);
});
