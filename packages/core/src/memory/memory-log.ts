/** What the memory event store writes and the memory feed reads: every event once, in order. */
import type { FeedPoint } from "../port/event-feed.ts";
import type { CommandReceipt, StoredEvent, StoredSnapshot, StreamWrite } from "../port/event-store.ts";

interface LoggedStream {
  readonly partition: string;
  readonly events: StoredEvent[];
  readonly receipts: Map<string, CommandReceipt>;
  snapshot?: StoredSnapshot;
}

export class MemoryLog {
  /** Events per partition; an event's position is its place, counted from 1. */
  readonly partitions: ReadonlyMap<string, StoredEvent[]>;
  /** All of them, in the order in which they were written. */
  readonly receipts: CommandReceipt[] = [];
  readonly #streams = new Map<string, LoggedStream>();
  readonly #wakes = new Set<(partition: string) => void>();

  constructor(partitions: number) {
    this.partitions = new Map(Array.from({ length: partitions }, (_, index) => [String(index), []]));
  }

  find(stream: string): LoggedStream | undefined {
    return this.#streams.get(stream);
  }

  versionOf(stream: string): number {
    return this.find(stream)?.events.length ?? 0;
  }

  /** Writes without asking: the store has checked. Returns the points that include it. */
  write(writes: readonly StreamWrite[]): FeedPoint[] {
    const touched = new Set(writes.map((write) => this.#writeStream(write)));
    const points = [...touched].map((partition) => ({ partition, position: this.head(partition) }));
    const token = tokenOf(points);
    for (const { stream, receipts } of writes) {
      for (const receipt of receipts) this.#writeReceipt({ ...receipt, stream, token });
    }
    for (const partition of touched) for (const wake of this.#wakes) wake(partition);
    return points;
  }

  #writeStream({ stream: name, events }: StreamWrite): string {
    const stream = this.stream(name);
    for (const event of events) {
      const stored = structuredCopy({ ...event, stream: name, version: stream.events.length + 1 });
      stream.events.push(stored);
      this.partitions.get(stream.partition)?.push(stored);
    }
    return stream.partition;
  }

  #writeReceipt(receipt: CommandReceipt): void {
    this.receipts.push(receipt);
    this.stream(receipt.stream).receipts.set(receipt.commandId, receipt);
  }

  stream(name: string): LoggedStream {
    const known = this.#streams.get(name);
    if (known) return known;
    const created = { partition: String(hash(name) % this.partitions.size), events: [], receipts: new Map() };
    this.#streams.set(name, created);
    return created;
  }

  head(partition: string): number {
    return this.partitions.get(partition)?.length ?? 0;
  }

  onWrite(wake: (partition: string) => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }
}

/** Text such as `0:17,2:4`. */
export function tokenOf(points: readonly FeedPoint[]): string {
  return points.map(({ partition, position }) => `${partition}:${position}`).join(",");
}

/** Stored data must not change when a caller changes what it passed in. */
function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
