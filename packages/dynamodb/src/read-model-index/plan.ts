/** Chooses the index that answers a question with the fewest entries, if one does. */
import { type Column, columnProblem } from "foldstream";
import type { FindOptions, ReadModel, Row } from "foldstream/port";
import { beginningOf, groupOf, type Index } from "./sort-key.ts";

export interface Plan {
  readonly index: Index;
  /** What the sort keys of all answers begin with. */
  readonly beginning: string;
  readonly backward: boolean;
  /** Whether the entries come in the order asked for; those of one group may not, among themselves. */
  readonly ordered: boolean;
  readonly group: (sortKey: string) => string;
}

type OrderBy = NonNullable<FindOptions<Row>["orderBy"]>;

/** Nothing when no index helps. Columns must be known ones. */
export function planFor(model: ReadModel, { where = {}, orderBy = [] }: FindOptions<Row>): Plan | undefined {
  const candidates = model.indexes.map((index) => planWith(model, index, where, orderBy));
  return candidates.filter((candidate) => candidate.worth > 0).sort((left, right) => right.worth - left.worth)[0]?.plan;
}

interface Candidate {
  readonly plan: Plan;
  /** 0 for a plan that reads everything. */
  readonly worth: number;
}

function planWith(model: ReadModel, index: Index, where: Partial<Row>, orderBy: OrderBy): Candidate {
  const fixed = leading(index, (name) => fixes(model.columns[name] as Column, where[name]));
  const { sorting, tieBackward } = sortingOf(model, where, orderBy);
  const backward = sorting[0]?.[1] === "desc";
  const sorted = index.slice(fixed, fixed + sorting.length);
  const ordered = sorting.every(
    ([name, direction], at) =>
      sorted[at] === name && (direction === "desc") === backward && model.columns[name]?.type !== "json",
  );
  const through = fixed + sorting.length;
  const tiesInOrder = through === index.length && tieBackward === backward;
  return {
    plan: {
      index,
      beginning: beginningOf(model, index.slice(0, fixed), where),
      backward,
      ordered,
      group: (sortKey) => groupOf(sortKey, tiesInOrder ? undefined : through),
    },
    worth: 2 * fixed + (ordered && (sorting.length > 0 || tiesInOrder) ? 1 : 0),
  };
}

/** What is left to sort by: not by columns that all answers share, and by nothing after the key. */
function sortingOf(model: ReadModel, where: Partial<Row>, orderBy: OrderBy) {
  const varying = orderBy.filter(([name]) => where[name] === undefined);
  const key = varying.findIndex(([name]) => model.columns[name]?.key);
  if (key < 0) return { sorting: varying, tieBackward: false };
  return { sorting: varying.slice(0, key), tieBackward: varying[key]?.[1] === "desc" };
}

/** A value that the column cannot hold is left to the comparison of rows. */
function fixes(column: Column, value: unknown): boolean {
  return value !== undefined && columnProblem(column, value) === undefined;
}

function leading(index: Index, holds: (name: string) => boolean): number {
  const first = index.findIndex((name) => !holds(name));
  return first < 0 ? index.length : first;
}
