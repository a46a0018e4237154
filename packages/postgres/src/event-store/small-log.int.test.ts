import { expect, it, vi } from "vitest";
import { adding } from "../../../../tests/engines/log.ts";
import { connectAside, openEngine, ownServer } from "../../test/postgres-server.ts";

const small = 80;
const grown = 2_000;

it("goes by its indexes while it grows, though statistics were due when it was small", async () => {
  const { connectionString } = await ownServer({ durable: false });
  const beside = await connectAside(connectionString);
  const statistics = async (table: string) => {
    const { rows } = await beside.query(
      "SELECT n_tup_ins::integer AS inserted, last_autoanalyze AS analyzed, last_autovacuum AS vacuumed, seq_tup_read::integer AS read FROM pg_stat_user_tables WHERE relname = $1",
      [table],
    );
    return rows[0];
  };
  const appended = async (from: number, to: number) => {
    const { eventStore, close } = await openEngine({ connection: { connectionString }, schema: "foldstream" });
    for (let n = from; n < to; n++) await eventStore.append([adding("sum-1", n, `command ${n}`)]);
    await close();
  };
  await beside.query("ALTER SYSTEM SET autovacuum_naptime = '1s'");
  await beside.query("SELECT pg_reload_conf()");
  await appended(0, small);
  await beside.query(`CREATE TABLE another AS SELECT generate_series(1, ${small}) AS data`);
  for (const table of ["foldstream.foldstream_events", "another"])
    await beside.query(`BEGIN; UPDATE ${table} SET data = data; ROLLBACK`);

  const due = { analyzed: expect.any(Date), vacuumed: expect.any(Date) };
  await vi.waitFor(async () => expect(await statistics("another")).toMatchObject(due), 60_000);
  await appended(small, grown);

  await vi.waitFor(
    async () => expect(await statistics("foldstream_events")).toMatchObject({ inserted: grown }),
    10_000,
  );
  expect((await statistics("foldstream_events")).read).toBeLessThan(grown);
  await beside.end();
});
