/** Whether every read model is what its projection makes of the log, each event once (G3, G4). */
import type { App } from "../../definition/app.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { ParkedStream, ParkedWrite } from "../../port/parking.ts";
import type { ReadModel, ReadModelStore, Row } from "../../port/read-model-store.ts";
import { readModelOf } from "../../runtime/fold.ts";
import { canonicalJson } from "../../runtime/json.ts";
import type { Ledger, WrittenStep } from "./ledger.ts";
import { Reference } from "./reference.ts";
import type { Violation } from "./violation.ts";

export interface ReadModelTruth {
  readonly app: App;
  readonly log: MemoryLog;
  readonly ledger: Ledger;
  readonly target: ReadModelStore;
}

export async function checkReadModels({ app, log, ledger, target }: ReadModelTruth): Promise<Violation[]> {
  const reference = new Reference(app, log);
  const violations: Violation[] = [];
  for (const projection of app.projections) {
    const steps = ledger.steps.filter(({ model }) => model === projection.name);
    violations.push(...checkOrder(steps));
    const expected = refold(projection, steps, log, reference);
    violations.push(...differences(projection.name, expected, await rowsOf(target, readModelOf(projection))));
  }
  return violations;
}

/** Each step goes on where the one before it ended. */
function checkOrder(steps: readonly WrittenStep[]): Violation[] {
  const reached = new Map<string, number>();
  return steps.flatMap(({ model, partition, from, to }): Violation[] => {
    const last = reached.get(partition) ?? 0;
    reached.set(partition, to);
    if (from === last && to >= from) return [];
    return [{ guarantee: "G3", message: `${model} took ${partition}:${from}-${to} when it was at ${last}` }];
  });
}

/**
 * Rows as text by what tells them apart. Events go in the order in which the target took their steps: keys may span partitions. Those of
 * parked streams come in when they are redriven.
 */
function refold(
  projection: AnyProjection,
  steps: readonly WrittenStep[],
  log: MemoryLog,
  reference: Reference,
): ReadonlyMap<string, string> {
  const rows = new Map<string, Row | undefined>();
  const waiting = new Map<string, ParkedStream>();
  for (const { partition, from, to, parked, redriven } of steps) {
    const stream = redriven && (parked[0] as ParkedWrite).stream;
    const begin = stream === undefined ? from : (waiting.get(stream) as ParkedStream).position - 1;
    const end = redriven ? redriven.through : to;
    const newlyParked = new Set(
      parked.flatMap((write) => (write.entry && !waiting.has(write.stream) ? [write.stream] : [])),
    );
    for (const [index, stored] of (log.partitions.get(partition) ?? []).slice(begin, end).entries()) {
      const isIn =
        stream === undefined
          ? !waiting.has(stored.stream) && !newlyParked.has(stored.stream)
          : stored.stream === stream;
      const event = reference.recorded(stored, partition, begin + index + 1);
      if (isIn && Object.hasOwn(projection.on, event.type)) applyEvent(projection, rows, event);
    }
    for (const write of parked) {
      if (write.entry) waiting.set(write.stream, write.entry);
      else waiting.delete(write.stream);
    }
  }
  const model = readModelOf(projection);
  const texts = [...rows].flatMap(([key, row]) => (row ? [[key, textOf(model, row)] as const] : []));
  return new Map(texts);
}

/** Without their types. */
type Handlers = Readonly<Record<string, (...given: unknown[]) => unknown>>;

function applyEvent(
  projection: AnyProjection,
  rows: Map<string, Row | undefined>,
  event: ReturnType<Reference["recorded"]>,
): void {
  if (projection.into === "facts") {
    const made = [(projection.on as Handlers)[event.type]?.(event) ?? []].flat() as Row[];
    for (const [index, row] of made.entries()) rows.set(`${event.partition}:${event.position}:${index}`, row);
    return;
  }
  const key = projection.key(event as never);
  if (key === undefined) return;
  const next = (projection.on as Handlers)[event.type]?.(rows.get(key), event) as Row | null | undefined;
  const keyColumn = keyColumnOf(readModelOf(projection));
  if (next !== undefined) rows.set(key, next === null ? undefined : { ...next, [keyColumn]: key });
}

const pageSize = 1_000;

/** As they are in the target. Facts bear no key, so they are told apart by their text. */
async function rowsOf(target: ReadModelStore, model: ReadModel): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await target.reader(model).find({ limit: pageSize, offset: rows.length });
    rows.push(...page);
    if (page.length < pageSize) return rows;
  }
}

function differences(model: string, expected: ReadonlyMap<string, string>, rows: readonly Row[]): Violation[] {
  const missing = [...expected.values()];
  const extra: string[] = [];
  for (const text of rows.map((row) => canonicalJson(row))) {
    const place = missing.indexOf(text);
    if (place < 0) extra.push(text);
    else missing.splice(place, 1);
  }
  if (missing.length === 0 && extra.length === 0) return [];
  const message = `${model} should hold ${missing.join(", ") || "nothing else"}, but holds ${extra.join(", ") || "nothing instead"}`;
  return [{ guarantee: "G4", message }];
}

function textOf({ columns }: ReadModel, row: Row): string {
  return canonicalJson(Object.fromEntries(Object.keys(columns).map((name) => [name, row[name]])));
}

function keyColumnOf({ columns }: ReadModel): string {
  return Object.keys(columns).find((name) => columns[name]?.key) as string;
}
