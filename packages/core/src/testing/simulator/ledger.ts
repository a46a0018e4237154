/** What was really written, in order: the truth that answers, read models and audits are held against. */
import { isSameBuild } from "../../port/build-list.ts";
import type { AppendResult, EventStore, StreamWrite } from "../../port/event-store.ts";
import { factKey } from "../../port/fact-place.ts";
import type { ParkedWrite } from "../../port/parking.ts";
import type { ReadModel, ReadModelStore, ReadModelWrite, Redriven, Row } from "../../port/read-model-store.ts";

import type { Trace } from "./trace.ts";

/** A step that a target took. */
export interface WrittenStep {
  readonly partition: string;
  /** The events after this position ... */
  readonly from: number;
  /** ... up to this one, are in since, but for those of streams that are parked. */
  readonly to: number;
  readonly parked: readonly ParkedWrite[];
  /** Events of a parked stream are in since, up to a position; `to` is `from`. */
  readonly redriven?: Redriven;
  /** What was written, by key; `null` for what was deleted. Facts by their place. */
  readonly rows: ReadonlyMap<string, Row | null>;
}

/** A row that changed behind the runtime's back. */
export interface DamagedRow {
  readonly damaged: string;
  readonly row: Row | null;
}

/** What happened to one build of a read model since it was made. */
export class BuildHistory {
  readonly model: ReadModel;
  readonly happened: (WrittenStep | DamagedRow)[] = [];
  readonly #checkpoints = new Map<string, number>();

  constructor(model: ReadModel) {
    this.model = model;
  }

  /** How much has happened so far. */
  get moment(): number {
    return this.happened.length;
  }

  /** As the target has it. */
  checkpoint(partition: string): number {
    return this.#checkpoints.get(partition) ?? 0;
  }

  add(step: WrittenStep): void {
    this.happened.push(step);
    this.#checkpoints.set(step.partition, step.to);
  }
}

export class Ledger {
  readonly appends: (readonly StreamWrite[])[] = [];
  #histories: readonly BuildHistory[] = [];
  readonly #trace: Trace;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  history(model: ReadModel): BuildHistory {
    const known = this.#histories.find((history) => isSame(history.model, model));
    if (known) return known;
    const begun = new BuildHistory(model);
    this.#histories = [...this.#histories, begun];
    return begun;
  }

  appended(writes: readonly StreamWrite[], result: AppendResult): void {
    const what = writes.map(({ stream, expected, events, receipts }) => {
      const ids = receipts.map(({ commandId }) => commandId).join(" ");
      return `${stream}@${expected} +${events.length} (${ids})`;
    });
    this.#trace.add("log", `append ${what.join(", ")}: ${result.ok ? "written" : result.reason}`);
    if (result.ok) this.appends.push(writes);
  }

  stepped(model: ReadModel, step: ReadModelWrite, result: string): void {
    const { partition, expected, next, epoch, parked = [], redriven } = step;
    const streams = parked.map(({ stream, entry }) => `, ${stream} ${entry ? `waits at ${entry.version}` : "is free"}`);
    const what = `${nameOf(model)} ${partition}:${expected}-${next}${streams.join("")}`;
    this.#trace.add("target", `${what} under epoch ${epoch ?? "none"}: ${result}`);
    if (result !== "written") return;
    const rows = writtenRows(step);
    this.history(model).add({ partition, from: expected, to: next, parked, rows, ...(redriven && { redriven }) });
  }

  damaged(model: ReadModel, damaged: string, row: Row | null): void {
    this.#trace.add("damage", `${nameOf(model)} ${damaged} is now ${JSON.stringify(row)}`);
    this.history(model).happened.push({ damaged, row });
  }
}

function nameOf({ name }: ReadModel): string {
  return name;
}

function isSame(one: ReadModel, other: ReadModel): boolean {
  return one.name === other.name && isSameBuild(one, other);
}

function writtenRows({ partition, rows, facts }: ReadModelWrite): ReadonlyMap<string, Row | null> {
  const byPlace = facts.map(({ position, index, row }) => [factKey({ partition, position, index }), row] as const);
  return new Map([...rows.map(({ key, row }) => [key, row] as const), ...byPlace]);
}

export function recordedStore(store: EventStore, ledger: Ledger): EventStore {
  return {
    ...store,
    async append(writes) {
      const result = await store.append(writes);
      ledger.appended(writes, result);
      return result;
    },
  };
}

export function recordedTarget<T extends ReadModelStore>(target: T, ledger: Ledger): T {
  return {
    ...target,
    async write(model: ReadModel, step: ReadModelWrite) {
      const result = await target.write(model, step);
      ledger.stepped(model, step, result.ok ? "written" : result.reason);
      return result;
    },
  };
}
