/** What was really written, in order: the truth that answers, read models and audits are held against. */
import { isSameBuild } from "../../port/build-list.ts";
import type { AppendResult, EventStore, StreamWrite } from "../../port/event-store.ts";
import { factKey } from "../../port/fact-place.ts";
import type { ParkedWrite } from "../../port/parking.ts";
import type { Build, ReadModel, ReadModelStore, ReadModelWrite, Redriven, Row } from "../../port/read-model-store.ts";
import { buildName } from "../../runtime/rebuild/choose-builds.ts";
import type { Trace } from "./trace.ts";
import type { Violation } from "./violation.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** A step that a target took. */
export interface WrittenStep {
  /** Milliseconds since the beginning. */
  readonly at: number;
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
  state: Build["state"];
  readonly happened: (WrittenStep | DamagedRow)[] = [];
  /** As they were written last. */
  readonly rows = new Map<string, Row>();
  readonly #checkpoints = new Map<string, number>();

  constructor(model: ReadModel, state: Build["state"]) {
    this.model = model;
    this.state = state;
  }

  /** How much has happened so far. */
  get moment(): number {
    return this.happened.length;
  }

  /** As the target has it. */
  checkpoint(partition: string): number {
    return this.#checkpoints.get(partition) ?? 0;
  }

  get partitions(): readonly string[] {
    return [...this.#checkpoints.keys()];
  }

  add(step: WrittenStep): void {
    this.happened.push(step);
    for (const [key, row] of step.rows) {
      if (row) this.rows.set(key, row);
      else this.rows.delete(key);
    }
    this.#checkpoints.set(step.partition, step.to);
  }
}

export class Ledger {
  readonly appends: (readonly StreamWrite[])[] = [];
  /** Of builds that were not dropped. */
  histories: readonly BuildHistory[] = [];
  readonly violations: Violation[] = [];
  /** How often builds were begun, switched and dropped. */
  buildChanges = 0;
  /** When each command was appended: milliseconds since the beginning. */
  readonly appendedAt = new Map<string, number>();
  readonly #trace: Trace;
  readonly #time: VirtualTime;

  constructor(trace: Trace, time: VirtualTime) {
    this.#trace = trace;
    this.#time = time;
  }

  /** What is known of a build; nothing once it was dropped. */
  find(model: ReadModel): BuildHistory | undefined {
    return this.histories.find((history) => isSame(history.model, model));
  }

  /** The build that serves. */
  live(name: string): BuildHistory | undefined {
    return this.histories.find(({ model, state }) => model.name === name && state === "live");
  }

  prepared(models: readonly ReadModel[]): void {
    for (const model of models) {
      if (this.find(model)) continue;
      const live = this.live(model.name);
      this.buildChanges++;
      this.histories = [...this.histories, new BuildHistory(model, live ? "new" : "live")];
      if (live) this.#trace.add("builds", `${nameOf(model)} is begun`);
    }
  }

  /**
   * One that never served, or that who switches to it can bring up to date, must include all that its predecessor did. `version` is that
   * of the app that switches.
   */
  switched(expected: ReadModel, next: ReadModel, version: number): void {
    this.buildChanges++;
    const [before, after] = [this.find(expected), this.find(next)];
    this.#trace.add("builds", `${nameOf(next)} serves instead of ${nameOf(expected)}`);
    if (!before || !after) return;
    const mayLack = after.state === "previous" && next.version !== version;
    const lacking = mayLack
      ? undefined
      : before.partitions.find((one) => after.checkpoint(one) < before.checkpoint(one));
    if (lacking !== undefined) {
      const [from, to] = [before.checkpoint(lacking), after.checkpoint(lacking)];
      const message = `${nameOf(next)} serves at ${lacking}:${to} instead of ${nameOf(expected)} at ${lacking}:${from}`;
      this.violations.push({ guarantee: "G7", message });
    }
    before.state = "previous";
    after.state = "live";
  }

  dropped(model: ReadModel): void {
    this.#trace.add("builds", `${nameOf(model)} is dropped`);
    this.buildChanges++;
    const dropped = this.find(model);
    if (dropped) dropped.state = "dropped";
    this.histories = this.histories.filter((history) => history !== dropped);
  }

  appended(writes: readonly StreamWrite[], result: AppendResult): void {
    const what = writes.map(({ stream, expected, events, receipts }) => {
      const ids = receipts.map(({ commandId }) => commandId).join(" ");
      return `${stream}@${expected} +${events.length} (${ids})`;
    });
    this.#trace.add("log", `append ${what.join(", ")}: ${result.ok ? "written" : result.reason}`);
    if (!result.ok) return;
    this.appends.push(writes);
    for (const { commandId } of writes.flatMap(({ receipts }) => receipts))
      this.appendedAt.set(commandId, this.#time.now);
  }

  stepped(model: ReadModel, step: ReadModelWrite, result: string): void {
    const { partition, expected, next, epoch, parked = [], redriven } = step;
    const streams = parked.map(({ stream, entry }) => `, ${stream} ${entry ? `waits at ${entry.version}` : "is free"}`);
    const what = `${nameOf(model)} ${partition}:${expected}-${next}${streams.join("")}`;
    this.#trace.add("target", `${what} under epoch ${epoch ?? "none"}: ${result}`);
    if (result !== "written") return;
    const rows = writtenRows(step);
    const { now: at } = this.#time;
    this.find(model)?.add({ at, partition, from: expected, to: next, parked, rows, ...(redriven && { redriven }) });
  }

  damaged(model: ReadModel, damaged: string, row: Row | null): void {
    this.#trace.add("damage", `${nameOf(model)} ${damaged} is now ${JSON.stringify(row)}`);
    this.find(model)?.happened.push({ damaged, row });
  }
}

function nameOf(model: ReadModel): string {
  const isFirst = model.version === 1 && (model.build ?? 0) === 0;
  return isFirst ? model.name : `${model.name} ${buildName(model)}`;
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
    async prepare(models: readonly ReadModel[]) {
      await target.prepare(models);
      ledger.prepared(models);
    },
    builds: {
      ...target.builds,
      async drop(model: ReadModel) {
        const dropped = await target.builds.drop(model);
        if (dropped) ledger.dropped(model);
        return dropped;
      },
    },
  };
}
