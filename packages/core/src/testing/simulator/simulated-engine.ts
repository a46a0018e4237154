/** One engine in memory, and how each process sees it: through calls that take time and may fail. */
import type { App } from "../../definition/app.ts";
import { StoreFailureError } from "../../errors.ts";
import { memoryEventStore } from "../../memory/memory-event-store.ts";
import { MemoryLog } from "../../memory/memory-log.ts";
import { memoryReadModels } from "../../memory/memory-read-models.ts";
import type { Engine } from "../../port/engine.ts";
import type { EventFeed } from "../../port/event-feed.ts";
import type { EventStore } from "../../port/event-store.ts";
import type { BuildStore, ReadModel, ReadModelReader, ReadModelStore, Row } from "../../port/read-model-store.ts";
import type { CallSide, Calls } from "./calls.ts";
import { lateFeed } from "./late-feed.ts";
import { type Ledger, recordedStore, recordedTarget } from "./ledger.ts";
import type { AskedOptions } from "./simulated-app.ts";

const latestWakeUpMs = 300;

export interface SimulatedEngineOptions extends CallSide {
  readonly partitions: number;
  /** Whether the newest server takes all leases over, or all share them. */
  readonly takeOverAtStart: boolean;
  readonly ledger: Ledger;
  /** Told what a query read. */
  readonly onRead: (asked: string, model: ReadModel, rows: readonly Row[]) => void;
}

export class SimulatedEngine {
  readonly log: MemoryLog;
  readonly feed: EventFeed;
  readonly store: EventStore;
  readonly target: ReadModelStore;
  /** The same, whose changes nobody notes. */
  readonly backDoor: ReadModelStore;
  readonly #side: CallSide;
  readonly #ledger: Ledger;
  readonly #onRead: SimulatedEngineOptions["onRead"];

  constructor({ partitions, takeOverAtStart, ledger, onRead, ...side }: SimulatedEngineOptions) {
    this.log = new MemoryLog(partitions);
    this.feed = lateFeed(this.log, side);
    this.store = recordedStore(memoryEventStore(this.log), ledger);
    this.backDoor = memoryReadModels({ takeOverAtStart });
    this.target = recordedTarget(this.backDoor, ledger);
    this.#side = side;
    this.#ledger = ledger;
    this.#onRead = onRead;
  }

  /** The engine as one process sees it, which runs `app`. */
  seenBy(calls: Calls, app: App): Engine {
    return {
      eventStore: this.#storeSeenBy(calls),
      eventFeed: this.#feedSeenBy(calls),
      readModels: this.#targetSeenBy(calls, app),
      close: async () => undefined,
    };
  }

  #storeSeenBy(calls: Calls): EventStore {
    const { store } = this;
    return {
      capabilities: { ...store.capabilities, staleReads: true },
      append: (writes) => calls.lateWrite("append", "lateAppend", () => store.append(writes)),
      read: (stream, options) =>
        calls.read(`read ${stream}`, async (place) => {
          const events = await store.read(stream, options);
          if (!options.mayBeStale || !calls.faults.strike(place, "staleRead")) return events;
          return events.slice(0, Math.floor(events.length * this.#side.chance.of(`stale ${place}`)));
        }),
      receipts: (stream, ids) => calls.read(`receipts of ${stream}`, () => store.receipts(stream, ids)),
      listReceipts: (options) => calls.read("list receipts", () => store.listReceipts(options)),
      readSnapshot: (stream) => calls.read(`snapshot of ${stream}`, () => store.readSnapshot(stream)),
      writeSnapshot: (stream, snapshot) =>
        calls.write(`write snapshot of ${stream}`, () => store.writeSnapshot(stream, snapshot)),
    };
  }

  #feedSeenBy(calls: Calls): EventFeed {
    const { feed } = this;
    return {
      partitions: () => calls.read("partitions", () => feed.partitions()),
      read: (partition, after, limit) =>
        calls.read(`feed ${partition}`, (place) => {
          const short = calls.faults.strike(place, "shortPage");
          return feed.read(partition, after, short ? Math.ceil(limit * this.#side.chance.of(`short ${place}`)) : limit);
        }),
      head: (partition) => calls.read(`head ${partition}`, () => feed.head(partition)),
      locate: (token) => calls.read(`locate ${token}`, () => feed.locate(token)),
      subscribe: (wake) => feed.subscribe((partition) => this.#wake(calls, () => wake(partition))),
    };
  }

  #wake(calls: Calls, wake: () => void): void {
    const place = calls.place("wake-up");
    const fault = calls.faults.strike(place, "lostWakeUp", "repeatedWakeUp", "lateWakeUp");
    if (fault === "lostWakeUp") return;
    const ms = latestWakeUpMs * this.#side.chance.of(`wake ${place}`);
    if (fault === "repeatedWakeUp") calls.process.after(ms, wake);
    calls.process.after(fault === "lateWakeUp" ? ms : 0, wake);
  }

  /** A build that was dropped cannot be read, as in engines that drop its table. */
  #readerSeenBy(calls: Calls, model: ReadModel): ReadModelReader {
    const reader = this.target.reader(model);
    const { name } = model;
    const read = <T>(what: string, act: () => Promise<T>) =>
      calls.read(`${what} ${name}`, async () => {
        if (this.#ledger.find(model)) return act();
        throw new StoreFailureError(`simulated: ${name} was dropped`);
      });
    return {
      get: (key) => read("get from", () => reader.get(key)),
      count: (where) => read("count", () => reader.count(where)),
      search: (text, options) => read("search", () => reader.search(text, options)),
      find: (options: AskedOptions = {}) =>
        read("find in", async () => {
          const rows = await reader.find(options);
          if (options.asked !== undefined) this.#onRead(options.asked, model, rows);
          return rows;
        }),
    };
  }

  async #switch(
    { projections }: App,
    ...[expected, next, epoch]: Parameters<BuildStore["switchTo"]>
  ): Promise<boolean> {
    const { version = 0 } = projections.find(({ name }) => name === next.name) ?? {};
    const switched = await this.backDoor.builds.switchTo(expected, next, epoch);
    if (switched) this.#ledger.switched(expected, next, version);
    return switched;
  }

  #targetSeenBy(calls: Calls, app: App): ReadModelStore {
    const { target } = this;
    const { builds, leases, parking } = target;
    return {
      prepare: (models) => calls.write("prepare", () => target.prepare(models)),
      checkpoint: (model, partition) =>
        calls.read(`checkpoint ${model.name} ${partition}`, () => target.checkpoint(model, partition)),
      load: (model, keys) => calls.read(`load ${model.name}`, () => target.load(model, keys)),
      write: (model, step) => calls.lateWrite(`write ${model.name}`, "lateStep", () => target.write(model, step)),
      scan: (model, options) => calls.read(`scan ${model.name}`, () => target.scan(model, options)),
      reader: (model) => this.#readerSeenBy(calls, model),
      builds: {
        list: (name) => calls.read(`builds of ${name}`, () => builds.list(name)),
        switchTo: (expected, next, epoch) =>
          calls.write(`switch ${next.name}`, () => this.#switch(app, expected, next, epoch)),
        drop: (model) => calls.write(`drop ${model.name}`, () => builds.drop(model)),
      },
      leases: {
        takeOverAtStart: leases.takeOverAtStart,
        read: (models) => calls.read("read leases", () => leases.read(models)),
        replace: (model, expected, next) =>
          calls.write(`lease of ${model.name}`, () => leases.replace(model, expected, next)),
      },
      parking: {
        list: (model, page) => calls.read(`parked in ${model.name}`, () => parking.list(model, page)),
        count: (model) => calls.read(`count parked in ${model.name}`, () => parking.count(model)),
        get: (model, stream) => calls.read(`entry of ${stream} in ${model.name}`, () => parking.get(model, stream)),
        reached: (model, partition) =>
          calls.read(`reached in ${model.name} ${partition}`, () => parking.reached(model, partition)),
      },
    };
  }
}
