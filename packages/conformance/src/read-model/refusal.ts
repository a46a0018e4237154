/** What a column cannot hold is refused by name, in a table and among facts, and leaves no trace. */
import { t } from "foldstream";
import type { ReadModel, Row } from "foldstream/port";
import { expect } from "vitest";
import { book, books } from "../example.ts";
import { shelve, shelved, type TargetCase } from "./target-case.ts";

/** Values by column, none of which it holds. `undefined` stands for a column that the row lacks. */
const refused: Readonly<Record<string, readonly unknown[]>> = {
  title: [null, undefined, 1, true, { text: "no" }],
  author: [undefined, 1],
  pages: [null, undefined, 0.5, 2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY, "1", true],
  shelf: [undefined, 0.5],
  rating: [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "1.5", false],
  price: [undefined, Number.NaN],
  inPrint: [null, undefined, 0, 1, "true"],
  lent: [undefined, 1],
  addedAt: [null, undefined, "", "yesterday", "2025-11-21", "2025-11-21T19:04:05Z", 1_763_751_845_678],
  soldAt: [undefined, "2025-11-21T20:04:05.678+01:00"],
  details: [undefined],
};

const { id: _, ...columns } = books.columns;
const changes: ReadModel = {
  name: "changes",
  version: 1,
  kind: "facts",
  columns: { ...columns, at: t.timestamp() },
  indexes: [],
  search: [],
};

const at = "2025-11-21T19:04:05.678Z";

function refusedRows(): [column: string, what: string, row: Row][] {
  return Object.entries(refused).flatMap(([column, values]) =>
    values.map((value): [string, string, Row] => [
      column,
      `${typeof value} ${value} in ${column}`,
      book({ [column]: value }),
    ]),
  );
}

/** How a write was refused. */
async function refusalOf(write: Promise<unknown>): Promise<{ readonly code?: unknown; readonly message?: unknown }> {
  return write.then(
    () => ({}),
    (error) => error,
  );
}

export const refusal: readonly TargetCase[] = [
  {
    defends: "G4",
    title: "refuses every value that its column cannot hold as an invalid row, and leaves rows and checkpoint alone",
    async run({ readModels }) {
      await shelve(readModels, books, { a: {} });

      for (const [column, what, row] of refusedRows()) {
        const rows = [
          { key: "a", row: null },
          { key: "key-7", row },
        ];
        const step = { partition: "0", expected: 1, next: 2, rows, facts: [] };
        const { code, message } = await refusalOf(readModels.write(books, step));
        expect(code, what).toBe("invalid-row");
        for (const name of ["books", "key-7", column]) expect(message, what).toContain(name);
      }

      expect(await readModels.checkpoint(books, "0")).toBe(1);
      expect(await readModels.reader(books).find()).toEqual([shelved("a")]);
    },
  },
  {
    defends: "G4",
    title: "refuses every fact that its columns cannot hold as an invalid row, and adds none of its step",
    async run({ readModels }) {
      await readModels.prepare([changes]);

      for (const [column, what, row] of refusedRows()) {
        const facts = [book(), row].map((fact, index) => ({ position: 1, index, row: { ...fact, at } }));
        const step = { partition: "0", expected: 0, next: 1, rows: [], facts };
        const { code, message } = await refusalOf(readModels.write(changes, step));
        expect(code, what).toBe("invalid-row");
        for (const name of ["changes", column]) expect(message, what).toContain(name);
      }

      expect(await readModels.checkpoint(changes, "0")).toBe(0);
      expect(await readModels.reader(changes).count()).toBe(0);
    },
  },
];
