/** Comparisons of a build with the live one, by the runtime: rows of every type, as each target scans them. */
import { randomUUID } from "node:crypto";
import {
  aggregate,
  app,
  type BuildComparison,
  combinedEngine,
  createRuntime,
  facts,
  projection,
  table,
} from "foldstream";
import { memoryEngine } from "foldstream/memory";
import {
  type Environment,
  type FactWrite,
  factKey,
  type ReadModel,
  type ReadModelStore,
  type Row,
} from "foldstream/port";
import { expect } from "vitest";
import { books, loans, write } from "../example.ts";
import { shelve, type TargetCase, take } from "./target-case.ts";

const environment: Environment = {
  clock: { now: () => Date.now() },
  ids: { next: () => randomUUID() },
  random: { next: () => Math.random() },
  scheduler: {
    soon: (task) => void setImmediate(task),
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  },
};

const anything = {
  "~standard": { version: 1 as const, vendor: "foldstream", validate: (value: unknown) => ({ value }) },
};
const counter = aggregate("counter", {
  initialState: 0,
  events: { Incremented: anything },
  commands: {},
  decide: {},
  evolve: { Incremented: (state) => state },
});

/** What the app declares. The case writes the rows itself. */
function projectionOf({ name, version, kind, columns, indexes, search }: ReadModel) {
  const common = { version, from: [counter], on: {} } as const;
  if (kind === "facts") return facts(name, { ...common, columns });
  return projection(name, { ...common, key: ({ stream }) => stream.id, into: table(columns, { indexes, search }) });
}

/** Compares what was written at the first position of a log. */
async function compared(readModels: ReadModelStore, model: ReadModel, patienceMs: number): Promise<BuildComparison> {
  const log = memoryEngine();
  await log.eventStore.append([write("counter-1", 0)]);
  const other = [books, loans].filter(({ name }) => name !== model.name);
  const domain = app({ aggregates: [counter], projections: [model, ...other].map(projectionOf) });
  const engine = combinedEngine({ log, readModels: { readModels, close: async () => undefined } });
  const runtime = createRuntime(domain, { engine, environment });
  const until = performance.now() + patienceMs;
  const signal = {
    get aborted() {
      return performance.now() > until;
    },
  };
  return runtime.builds.compare(model.name, { signal });
}

const again = { ...books, build: 1 };
const first = { title: "First", price: 0.1, lent: false, soldAt: "2025-11-21T19:04:05.001Z" };
const details = { list: [1, null, { deep: "é" }], none: null };
const shelf: Readonly<Record<string, Row>> = {
  a: { ...first, details },
  B: { pages: Number.MAX_SAFE_INTEGER, rating: 1e-7 },
  "it's": { details: "text" },
  é: { author: "" },
  "👍": { inPrint: false },
};

export const comparedBuilds: readonly TargetCase[] = [
  {
    defends: "G7",
    title: "holds rows of every type that are equal in two builds, with the digest that they have in any target",
    async run({ readModels }, { patienceMs }) {
      const digests: string[] = [];
      for (const target of [readModels, memoryEngine().readModels]) {
        await shelve(target, books, shelf);
        await shelve(target, again, Object.fromEntries(Object.entries(shelf).toReversed()));

        const { live, build, ...found } = await compared(target, books, patienceMs);

        expect(found).toMatchObject({ equal: true, differing: [], otherColumns: [] });
        expect([live.rows, build.rows]).toEqual([5, 5]);
        digests.push(live.digest, build.digest);
      }
      expect(new Set(digests).size).toBe(1);
    },
  },
  {
    defends: "G7",
    title: "shows each row that differs between two builds, by key, with its columns",
    async run({ readModels }, { patienceMs }) {
      await shelve(readModels, books, shelf);
      const { B: _, ...others } = shelf;
      const changed = { a: { ...first, price: 0.2, details: { ...details, list: [1, null] } }, "👍🏽": {} };
      await shelve(readModels, again, { ...others, ...changed });

      const found = await compared(readModels, books, patienceMs);

      expect(found).toMatchObject({ equal: false, differences: { both: 1, live: 1, build: 1 } });
      expect(found.differing.toSorted((one, other) => (one.key < other.key ? -1 : 1))).toEqual([
        { key: "B", in: "live", columns: [] },
        { key: "a", in: "both", columns: ["price", "details"] },
        { key: "👍🏽", in: "build", columns: [] },
      ]);
      expect(found.build.digest).not.toBe(found.live.digest);
    },
  },
  {
    defends: "G7",
    title: "shows each fact that differs between two builds, by its place",
    async run({ readModels }, { patienceMs }) {
      const newLoans = { ...loans, build: 1 };
      const fact = (index: number, days: number): FactWrite => ({ position: 1, index, row: { book: "a", days } });
      await readModels.prepare([loans, newLoans]);
      await take(readModels, loans, { facts: [fact(0, 1), fact(1, 2), fact(2, 3)] });
      await take(readModels, newLoans, { facts: [fact(0, 1), fact(2, 4), fact(3, 5)] });

      const { differing, live, build } = await compared(readModels, loans, patienceMs);

      const place = (index: number) => factKey({ partition: "0", position: 1, index });
      expect(differing).toEqual([
        { key: place(1), in: "live", columns: [] },
        { key: place(2), in: "both", columns: ["days"] },
        { key: place(3), in: "build", columns: [] },
      ]);
      expect([live.rows, build.rows]).toEqual([3, 3]);
    },
  },
  {
    defends: "G7",
    title: "lets a release that never prepared the live build compare it with its own, in the columns that both have",
    async run({ readModels }, { reopen, patienceMs }) {
      await shelve(readModels, books, shelf);
      const { shelf: _, ...columns } = books.columns;
      const newer: ReadModel = { ...books, version: 2, columns, indexes: [], search: ["title"] };

      const target = (await reopen()).readModels;
      await target.prepare([newer]);
      const rows = await target.scan({ ...books, build: 0 }, { limit: 10 });
      const copied = rows.rows.map((found) => ({
        key: found.key,
        row: "row" in found ? without(found.row, "shelf") : null,
      }));
      await take(target, newer, { rows: copied });
      const found = await compared(target, newer, patienceMs);

      expect(found).toMatchObject({ equal: true, live: { version: 1, rows: 5 }, build: { version: 2, rows: 5 } });
      expect(found.otherColumns).toEqual(["shelf"]);
    },
  },
];

function without(row: Row, column: string): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== column));
}
