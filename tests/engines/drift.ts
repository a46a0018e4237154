/** A small library whose read models have every type of column, search and facts: to be changed by SQL behind an audit's back. */
import {
  aggregate,
  app,
  createRuntime,
  facts,
  projection,
  type ReadModelAudit,
  type Runtime,
  type Schema,
  t,
  table,
} from "foldstream";
import type { Engine, Environment } from "foldstream/port";
import { expect } from "vitest";

interface Details {
  readonly title: string;
  readonly pages: number;
  readonly rating: number;
  readonly lent: boolean;
  readonly note: string | null;
  readonly tags: readonly string[];
}

type DetailsSchema = Schema & {
  readonly "~standard": { readonly types?: { readonly input: Details; readonly output: Details } };
};

const details: DetailsSchema = {
  "~standard": { version: 1, vendor: "tests", validate: (value) => ({ value: value as Details }) },
};

const book = aggregate("book", {
  initialState: {},
  events: { Shelved: details },
  commands: { Shelve: details },
  decide: { Shelve: (data) => ({ Shelved: data }) },
  evolve: { Shelved: (state) => state },
});

const books = projection("books", {
  version: 1,
  from: [book],
  key: ({ stream }) => stream.id,
  into: table(
    {
      id: t.key(),
      title: t.text(),
      pages: t.integer(),
      rating: t.real(),
      lent: t.boolean(),
      note: t.text({ nullable: true }),
      tags: t.json(),
      shelvedAt: t.timestamp(),
    },
    { search: ["title", "note"], indexes: [["pages"]] },
  ),
  on: { "book.Shelved": (_, { data, recordedAt }) => ({ ...data, shelvedAt: recordedAt }) },
});

const shelvings = facts("shelvings", {
  version: 1,
  from: [book],
  columns: { book: t.text(), pages: t.integer() },
  on: { "book.Shelved": ({ stream, data }) => ({ book: stream.id, pages: data.pages }) },
});

const library = app({ aggregates: [book], projections: [books, shelvings], queries: [] });

const environment: Environment = {
  clock: { now: () => Date.now() },
  ids: { next: () => crypto.randomUUID() },
  random: { next: () => Math.random() },
  scheduler: {
    soon: (task) => void setImmediate(task),
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  },
};

const firstEdition = { title: "Café Ünïted", pages: 100, rating: 0.1, lent: false, note: null, tags: ["a", "b"] };

/** Three books, shelved twice each, all of it projected; nothing runs any more. Returns a runtime that was not started. */
async function shelvedLibrary(engine: Engine): Promise<Runtime> {
  const open = () => createRuntime(library, { engine, environment, settings: { pollMs: 10, stepIntervalMs: 0 } });
  const runtime = open();
  await runtime.start();
  for (const pages of [100, 200])
    for (const id of ["one", "two", "three"]) await runtime.execute(book, id, "Shelve", { ...firstEdition, pages });
  await expect
    .poll(async () => (await runtime.status()).projections.flatMap(lags), { timeout: 20_000 })
    .toEqual([0, 0]);
  await runtime.stop();
  return open() as unknown as Runtime;
}

function lags({ partitions }: { readonly partitions: readonly { readonly lag: number }[] }): number[] {
  return partitions.map(({ lag }) => lag);
}

/** What an audit finds. */
export interface Found {
  /** Keys of drifted rows by kind, such as `corrupt one`; facts without their key. */
  readonly found: readonly string[];
  /** Problems with indexes. */
  readonly indexes?: number;
}

export interface Damage extends Found {
  readonly what: string;
  /** What is done to `books_v1` or `shelvings_v1`, named as the engine names them. */
  readonly sql: string;
}

/** Damages the library, expects the audit to find it, repairs it, and expects that nothing is left. */
export async function expectFoundAndRepaired(engine: Engine, found: Found, run: () => Promise<void>): Promise<void> {
  await expectRepaired(await soundLibrary(engine), found, run);
}

/** A library that an audit finds nothing in. */
export async function soundLibrary(engine: Engine): Promise<Runtime> {
  const runtime = await shelvedLibrary(engine);
  expect((await runtime.audit()).map(({ ok, rows }) => ({ ok, rows }))).toEqual([
    { ok: true, rows: 3 },
    { ok: true, rows: 6 },
  ]);
  return runtime;
}

export async function expectRepaired(
  runtime: Runtime,
  { found, indexes = 0 }: Found,
  run: () => Promise<void>,
): Promise<void> {
  await run();

  const audits = await runtime.audit();
  expect(audits.flatMap(driftIn)).toEqual(found);
  expect(audits.flatMap((audit) => audit.indexes)).toHaveLength(indexes);
  expect(audits.every(({ ok }) => ok)).toBe(false);
  await runtime.repair();
  expect(
    (await runtime.audit()).map(({ ok, drifted, indexes: left, problem }) => ({ ok, drifted, left, problem })),
  ).toEqual([
    { ok: true, drifted: [], left: [], problem: undefined },
    { ok: true, drifted: [], left: [], problem: undefined },
  ]);
}

/** Without times: those of two books may be the same. */
function driftIn({ drifted, projection: name }: ReadModelAudit): string[] {
  const place = (key: string) => (name === "books" ? key : "a fact");
  return drifted.map(({ kind, key, columns }) =>
    [kind, place(key), ...columns.filter((column) => column !== "shelvedAt")].join(" "),
  );
}
