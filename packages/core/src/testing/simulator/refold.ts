/** A build of a read model folded once more, event by event, in the order in which its target took the steps. */
import type { AnyProjection } from "../../definition/projection.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { StoredEvent } from "../../port/event-store.ts";
import { factKey } from "../../port/fact-place.ts";
import type { ParkedStream, ParkedWrite } from "../../port/parking.ts";
import type { ReadModel, Row } from "../../port/read-model-store.ts";
import { canonicalJson } from "../../runtime/json.ts";
import { readModelOf } from "../../runtime/projection/fold.ts";
import type { DamagedRow, WrittenStep } from "./ledger.ts";
import type { Reference } from "./reference.ts";
import type { Violation } from "./violation.ts";

/** By key; facts by their place. */
type Rows = Map<string, Row | undefined>;

/** Rows as text, by what tells them apart. */
export type RowTexts = ReadonlyMap<string, string>;

export class Refold {
  readonly #projection: AnyProjection;
  readonly #model: ReadModel;
  readonly #log: MemoryLog;
  readonly #reference: Reference;
  readonly #rows: Rows = new Map();
  readonly #place = new Map<string, number>();
  readonly #waiting = new Map<string, ParkedStream>();
  /** Damaged since the last step: the next one may have been begun before. */
  #damaged = new Set<string>();

  constructor(projection: AnyProjection, log: MemoryLog, reference: Reference) {
    this.#projection = projection;
    this.#model = readModelOf(projection);
    this.#log = log;
    this.#reference = reference;
  }

  /** Returns what is wrong with the step itself. */
  take(happened: WrittenStep | DamagedRow): readonly Violation[] {
    if ("damaged" in happened) {
      const { damaged: key, row } = happened;
      this.#rows.set(key, row ? { ...row, [keyColumnOf(this.#model)]: key } : undefined);
      this.#damaged.add(key);
      return [];
    }
    const problems = [
      ...this.#checkOrder(happened),
      ...happened.parked.flatMap((write) => this.#checkParked(happened, write)),
    ];
    this.#apply(happened);
    for (const key of this.#damaged)
      if (happened.rows.has(key)) this.#rows.set(key, happened.rows.get(key) ?? undefined);
    this.#damaged = new Set();
    for (const { stream, entry } of happened.parked) {
      if (entry) this.#waiting.set(stream, entry);
      else this.#waiting.delete(stream);
    }
    return problems;
  }

  /** Where a stream is parked: the position of the first event that is not in. */
  parkedFrom(stream: string): number | undefined {
    return this.#waiting.get(stream)?.position;
  }

  get rows(): RowTexts {
    return textsOf(this.#model, this.#rows);
  }

  /** The rows that the log gives up to where the build is, folded as an audit does, partition after partition. */
  inLogOrder(): RowTexts {
    const rows: Rows = new Map();
    for (const [partition, place] of [...this.#place].sort())
      this.#fold(rows, partition, 0, place, ({ stream }, position) => {
        return position < (this.#waiting.get(stream)?.position ?? Number.POSITIVE_INFINITY);
      });
    return textsOf(this.#model, rows);
  }

  /** Each step goes on where the one before it ended. */
  #checkOrder({ partition, from, to }: WrittenStep): Violation[] {
    const last = this.#place.get(partition) ?? 0;
    this.#place.set(partition, to);
    if (from === last && to >= from) return [];
    return [this.#violation("G3", `took ${partition}:${from}-${to} when it was at ${last}`)];
  }

  /** Events of parked streams come in when they are redriven. */
  #apply({ partition, from, to, parked, redriven, rows }: WrittenStep): void {
    if (redriven) {
      const { stream } = parked[0] as ParkedWrite;
      const { position } = this.#waiting.get(stream) ?? { position: redriven.through + 1 };
      this.#fold(this.#rows, partition, position - 1, redriven.through, (stored) => stored.stream === stream);
    } else if (from === to) this.#repair(rows);
    else {
      const isOut = (stream: string) => this.#waiting.has(stream) || parked.some((write) => write.stream === stream);
      this.#fold(this.#rows, partition, from, to, ({ stream }) => !isOut(stream));
    }
  }

  /** A repair writes what the log gives, whatever led to what was there. */
  #repair(written: ReadonlyMap<string, unknown>): void {
    const wanted = this.inLogOrder();
    for (const key of written.keys()) {
      const text = wanted.get(key);
      this.#rows.set(key, text === undefined ? undefined : JSON.parse(text));
    }
  }

  /** All that comes before what a stream waits with is in, and it waits with all the rest. */
  #checkParked({ partition, from, redriven }: WrittenStep, { stream, entry }: ParkedWrite): Violation[] {
    const known = this.#waiting.get(stream);
    if (redriven && !known) return [this.#violation("G5", `brings in events of ${stream}, which is not parked`)];
    const ofStream = (stored: StoredEvent) => stored.stream === stream;
    const isIn = Math.max(redriven?.through ?? 0, known ? known.position - 1 : from);
    const waitsFrom = entry?.position ?? Number.POSITIVE_INFINITY;
    const [lost] = this.#handled(partition, isIn, Math.min(waitsFrom - 1, this.#place.get(partition) ?? 0), ofStream);
    if (lost) return [this.#violation("G5", `passes over ${stream}@${lost.version}, which was parked`)];
    if (!entry) return [];
    const events = this.#handled(partition, entry.position - 1, entry.lastPosition, ofStream).length;
    if (events === entry.waiting && events > 0) return [];
    const message = `says that ${entry.waiting} events of ${stream} wait from @${entry.version} on; there are ${events}`;
    return [this.#violation("G5", message)];
  }

  #violation(guarantee: Violation["guarantee"], message: string): Violation {
    return { guarantee, message: `${this.#model.name} ${message}` };
  }

  #fold(
    rows: Rows,
    partition: string,
    after: number,
    until: number,
    isIn: (stored: StoredEvent, position: number) => boolean,
  ): void {
    for (const event of this.#handled(partition, after, until, isIn)) applyEvent(this.#projection, rows, event);
  }

  #handled(
    partition: string,
    after: number,
    until: number,
    isIn: (stored: StoredEvent, position: number) => boolean,
  ): ReturnType<Reference["recorded"]>[] {
    const stored = this.#log.partitions.get(partition)?.slice(after, until) ?? [];
    return stored.flatMap((event, index) => {
      const position = after + index + 1;
      const isHandled = Object.hasOwn(this.#projection.on, event.type) && isIn(event, position);
      return isHandled ? this.#reference.recorded(event, partition, position) : [];
    });
  }
}

/** Without their types. */
type Handlers = Readonly<Record<string, (...given: unknown[]) => unknown>>;

function applyEvent(projection: AnyProjection, rows: Rows, event: ReturnType<Reference["recorded"]>): void {
  const { partition, position, type } = event;
  if (projection.into === "facts") {
    const made = [(projection.on as Handlers)[type]?.(event) ?? []].flat() as Row[];
    for (const [index, row] of made.entries()) rows.set(factKey({ partition, position, index }), row);
    return;
  }
  const key = projection.key(event as never);
  if (key === undefined) return;
  const next = (projection.on as Handlers)[type]?.(rows.get(key), event) as Row | null | undefined;
  const keyColumn = keyColumnOf(readModelOf(projection));
  if (next !== undefined) rows.set(key, next === null ? undefined : { ...next, [keyColumn]: key });
}

function textsOf(model: ReadModel, rows: Rows): RowTexts {
  return new Map([...rows].flatMap(([key, row]) => (row ? [[key, rowText(model, row)] as const] : [])));
}

/** Equal for equal rows. */
export function rowText({ columns }: ReadModel, row: Row): string {
  return canonicalJson(Object.fromEntries(Object.keys(columns).map((name) => [name, row[name]])));
}

function keyColumnOf({ columns }: ReadModel): string {
  return Object.keys(columns).find((name) => columns[name]?.key) as string;
}
