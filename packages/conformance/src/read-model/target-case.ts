/** What the suite of targets shares: the adapter it is given, and a few steps every case takes. */
import type { FactWrite, ReadModel, ReadModelStore, Row, RowWrite } from "foldstream/port";
import { expect } from "vitest";
import type { ConformanceCase } from "../conformance-case.ts";
import { book } from "../example.ts";
import type { Reopenable } from "../run-case.ts";

export interface Target {
  readonly readModels: ReadModelStore;
}

export type TargetCase = ConformanceCase<Target & Reopenable<Target>>;

interface Step {
  readonly rows?: readonly RowWrite[];
  readonly facts?: readonly FactWrite[];
  /** Default `0`. */
  readonly partition?: string;
}

/** Takes the next step of a read model, which must succeed. */
export async function take(
  target: ReadModelStore,
  model: ReadModel,
  { rows = [], facts = [], partition = "0" }: Step,
): Promise<void> {
  const expected = await target.checkpoint(model, partition);
  const result = await target.write(model, { partition, expected, next: expected + 1, rows, facts });
  expect(result).toEqual({ ok: true });
}

/** Prepares a read model and fills it with books: by key, what is special about each. */
export async function shelve(
  target: ReadModelStore,
  model: ReadModel,
  special: Readonly<Record<string, Row>>,
): Promise<void> {
  await target.prepare([model]);
  const rows = Object.entries(special).map(([key, change]) => ({ key, row: book(change) }));
  await take(target, model, { rows });
}

/** The row as it reads when a book was written under a key. */
export function shelved(key: string, change: Row = {}): Row {
  return { id: key, ...book(change) };
}

export function keysOf(rows: readonly Row[]): unknown[] {
  return rows.map(({ id }) => id);
}

/** A value that no engine can turn into JSON. */
export function unstorable(): unknown {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  return circle;
}
