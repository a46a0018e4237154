/** Audits the log itself: what every other audit takes for true. */
import type { EventFeed, FedEvent } from "../../port/event-feed.ts";
import type { EventStore } from "../../port/event-store.ts";
import { allKeys, isWithin, type KeyRange, lowerHalf } from "./key-range.ts";

export interface LogAudit {
  readonly ok: boolean;
  readonly events: number;
  readonly receipts: number;
  /** The first of them, at most `settings.auditFindings`. */
  readonly problems: readonly string[];
}

export interface LogAuditSide {
  readonly feed: EventFeed;
  readonly store: EventStore;
  readonly eventsPerPage: number;
  /** Streams that are held in memory at a time. */
  readonly streamsPerPass: number;
  readonly mostProblems: number;
  /** Called for each page. */
  readonly afterPage: () => Promise<void>;
}

/** Positions increase in each partition; versions of each stream begin at 1 and have no gap; receipts name versions that are there. */
export async function auditLog(side: LogAuditSide): Promise<LogAudit> {
  const found = { events: 0, receipts: 0, problems: [] as string[] };
  for (let from = allKeys.from; from < allKeys.to; ) {
    const pass = new LogPass(side, { from, to: allKeys.to });
    await pass.run();
    found.events += pass.events;
    found.receipts += pass.receipts;
    found.problems.push(...pass.problems);
    from = pass.range.to;
  }
  const problems = [...new Set(found.problems)].slice(0, side.mostProblems);
  return { ...found, ok: problems.length === 0, problems };
}

/** The streams of a range of names, which halves whenever they become too many. */
class LogPass {
  range: KeyRange;
  readonly problems: string[] = [];
  receipts = 0;
  readonly #side: LogAuditSide;
  readonly #versions = new Map<string, number>();

  constructor(side: LogAuditSide, range: KeyRange) {
    this.#side = side;
    this.range = range;
  }

  get events(): number {
    return [...this.#versions.values()].reduce((sum, version) => sum + version, 0);
  }

  async run(): Promise<void> {
    for (const partition of await this.#side.feed.partitions()) await this.#readPartition(partition);
    await this.#readReceipts();
  }

  async #readPartition(partition: string): Promise<void> {
    const { feed, eventsPerPage, afterPage } = this.#side;
    const head = await feed.head(partition);
    for (let position = 0; position < head; ) {
      const { events, next } = await feed.read(partition, position, eventsPerPage);
      let last = position;
      for (const event of events) {
        if (event.position <= last)
          this.#note(`partition ${partition}: position ${event.position} comes after ${last}`);
        last = event.position;
        this.#readEvent(event);
      }
      if (next === position) return;
      position = next;
      await afterPage();
    }
  }

  #readEvent({ stream, version }: FedEvent): void {
    if (!isWithin(this.range, stream)) return;
    const before = this.#versions.get(stream) ?? 0;
    if (version !== before + 1) this.#note(`${stream}: version ${version} comes after ${before}`);
    this.#versions.set(stream, version);
    while (this.#versions.size > this.#side.streamsPerPass && this.range.to - this.range.from > 1) {
      this.range = lowerHalf(this.range);
      for (const name of this.#versions.keys()) if (!isWithin(this.range, name)) this.#versions.delete(name);
    }
  }

  async #readReceipts(): Promise<void> {
    const { store, eventsPerPage: limit, afterPage } = this.#side;
    let after: string | undefined;
    do {
      const page = await store.listReceipts({ limit, ...(after !== undefined && { after }) });
      for (const { stream, commandId, version } of page.receipts) {
        if (!isWithin(this.range, stream)) continue;
        this.receipts++;
        if (version <= (this.#versions.get(stream) ?? 0) || (await this.#hasVersion(stream, version))) continue;
        this.#note(`${stream}: the receipt of command ${commandId} names version ${version}, which is not there`);
      }
      after = page.next;
      await afterPage();
    } while (after !== undefined);
  }

  /** The stream may have grown since its events were read. */
  async #hasVersion(stream: string, version: number): Promise<boolean> {
    return (await this.#side.store.read(stream, { after: version - 1, limit: 1 })).length > 0;
  }

  #note(problem: string): void {
    if (this.problems.length < this.#side.mostProblems) this.problems.push(problem);
  }
}
