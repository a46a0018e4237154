/** How fast does a projection catch up, beside grouping in memory and upserting by hand? */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { app, counter, totals } from "@foldstream/example-counter";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime } from "foldstream";
import type { Question, Run, Subject } from "../question.ts";

const counters = 1_000;
const perAppend = 500;
const perStep = 1_000;

export const project: Question = {
  name: "project",
  about: "a projection catches up on the log, into SQL, beside a hand-written loop over the same log",
  subjects: ({ scale }) => {
    const count = Math.ceil(200_000 * scale);
    const bare = "bare: read, group in memory, upsert per 1,000";
    return [
      { name: bare, bare, run: bareProjection(count) },
      { name: "one projection", bare, run: projected(count) },
    ];
  },
};

/** A log of increments, spread over counters, and the place it lies. */
async function filled(folder: string, count: number): Promise<string> {
  const path = join(folder, "log.db");
  const engine = sqliteEngine({ path });
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  for (let first = 0; first < count; first += perAppend) {
    const commands = Array.from({ length: Math.min(perAppend, count - first) }, (_, index) =>
      runtime.execute(counter, String((first + index) % counters), "Increment", { by: 1 }),
    );
    await Promise.all(commands);
  }
  await runtime.stop();
  await engine.close();
  return path;
}

function bareProjection(count: number): Subject["run"] {
  return async (folder) => {
    const log = new DatabaseSync(await filled(folder, count));
    log.exec(
      "PRAGMA synchronous = FULL; CREATE TABLE bare (id TEXT PRIMARY KEY, value INTEGER NOT NULL); CREATE TABLE place (position INTEGER)",
    );
    const read =
      log.prepare(`SELECT e.position, s.name, e.data FROM foldstream_events e JOIN foldstream_streams s ON s.id = e.stream_id
      WHERE e.position > ? ORDER BY e.position LIMIT ${perStep}`);
    const upsert = log.prepare(
      "INSERT INTO bare VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = value + excluded.value",
    );
    const checkpoint = log.prepare("INSERT INTO place VALUES (?)");
    const latencies: number[] = [];
    const began = performance.now();
    for (let position = 0; ; ) {
      const stepped = performance.now();
      const rows = read.all(position) as unknown as { position: number; name: string; data: string }[];
      if (rows.length === 0) break;
      const sums = new Map<string, number>();
      for (const { name, data } of rows) sums.set(name, (sums.get(name) ?? 0) + JSON.parse(data).by);
      position = rows.at(-1)?.position ?? position;
      log.exec("BEGIN IMMEDIATE");
      for (const [name, sum] of sums) upsert.run(name, sum);
      checkpoint.run(position);
      log.exec("COMMIT");
      latencies.push(performance.now() - stepped);
    }
    const seconds = (performance.now() - began) / 1000;
    const exact = Number(log.prepare("SELECT sum(value) AS total FROM bare").get()?.total) === count;
    log.close();
    return { count, seconds, latencies, exact };
  };
}

function projected(count: number): Subject["run"] {
  return async (folder): Promise<Run> => {
    const engine = sqliteEngine({ path: await filled(folder, count) });
    const latencies: number[] = [];
    const observer = { step: ({ ms }: { ms: number }) => latencies.push(ms) };
    const runtime = createRuntime(app, { engine, environment: nodeEnvironment(), observer });
    const began = performance.now();
    const caughtUp = Promise.withResolvers<void>();
    runtime.onProgress([totals.name], async () => {
      const [status] = (await runtime.status()).projections;
      if (status?.partitions.every(({ lag }) => lag === 0)) caughtUp.resolve();
    });
    await runtime.start();
    await caughtUp.promise;
    const seconds = (performance.now() - began) / 1000;
    const sum = await engine.readModels.sql?.select({ sql: "SELECT sum(value) AS total FROM totals", parameters: [] });
    const exact = Number(sum?.[0]?.total) === count;
    await runtime.stop();
    await engine.close();
    return { count, seconds, latencies, exact };
  };
}
