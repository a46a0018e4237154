/** What was really written, in order: the truth that answers and read models are held against. */
import type { AppendResult, EventStore, StreamWrite } from "../../port/event-store.ts";
import type { ParkedWrite } from "../../port/parking.ts";
import type { ReadModel, ReadModelStore, ReadModelWrite, Redriven } from "../../port/read-model-store.ts";
import type { Trace } from "./trace.ts";

/** A step of a projection that its target took. */
export interface WrittenStep {
  readonly model: string;
  readonly partition: string;
  /** The events after this position ... */
  readonly from: number;
  /** ... up to this one, are in since, but for those of streams that are parked. */
  readonly to: number;
  readonly parked: readonly ParkedWrite[];
  /** Events of a parked stream are in since, up to a position; `to` is `from`. */
  readonly redriven?: Redriven;
}

export class Ledger {
  readonly appends: (readonly StreamWrite[])[] = [];
  readonly steps: WrittenStep[] = [];
  readonly #checkpoints = new Map<string, number>();
  readonly #trace: Trace;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /** As the target has it. */
  checkpoint(model: string, partition: string): number {
    return this.#checkpoints.get(`${model} ${partition}`) ?? 0;
  }

  appended(writes: readonly StreamWrite[], result: AppendResult): void {
    const what = writes.map(({ stream, expected, events, receipts }) => {
      const ids = receipts.map(({ commandId }) => commandId).join(" ");
      return `${stream}@${expected} +${events.length} (${ids})`;
    });
    this.#trace.add("log", `append ${what.join(", ")}: ${result.ok ? "written" : result.reason}`);
    if (result.ok) this.appends.push(writes);
  }

  stepped({ name }: ReadModel, step: ReadModelWrite, result: string): void {
    const { partition, expected, next, epoch, parked = [], redriven } = step;
    const streams = parked.map(({ stream, entry }) => `, ${stream} ${entry ? `waits at ${entry.version}` : "is free"}`);
    const what = `${name} ${partition}:${expected}-${next}${streams.join("")}`;
    this.#trace.add("target", `${what} under epoch ${epoch}: ${result}`);
    if (result !== "written") return;
    this.steps.push({ model: name, partition, from: expected, to: next, parked, ...(redriven && { redriven }) });
    this.#checkpoints.set(`${name} ${partition}`, next);
  }
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
