/** Appends that arrive while others are on their way share the next round trip, and so one wait for the server's disk. */
import { StoppedError } from "foldstream";
import type { AppendResult } from "foldstream/port";
import { isFaultOfData } from "../errors.ts";
import type { Append } from "./group-columns.ts";

interface Work {
  readonly append: Append;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Bound how long one group holds the lock that all who append wait for. */
const mostAppends = 1_000;
const mostBytes = 4_000_000;

/** One group is encoded while another is being written. */
const mostInFlight = 2;

/** About what an event takes beside its data. */
const metadataBytes = 200;

/** Appends a group, whose members do not touch the same stream, in one transaction. `alone`: no other group is on its way. */
export type WriteGroup = (group: readonly Append[], alone: boolean) => Promise<readonly AppendResult[]>;

export class GroupAppend {
  readonly #write: WriteGroup;
  #queue: Work[] = [];
  #inFlight = 0;
  /** Streams that groups in flight write to. */
  readonly #busy = new Set<string>();
  #scheduled = false;
  /** The last group was one append, and none came meanwhile. */
  #solitary = false;
  #closed = false;
  #idle: (() => void) | undefined;

  constructor(write: WriteGroup) {
    this.#write = write;
  }

  append(append: Append): Promise<AppendResult> {
    if (this.#closed) return Promise.reject(new StoppedError("The event store"));
    return new Promise((resolve, reject) => {
      this.#queue.push({ append, bytes: bytesOf(append), resolve, reject });
      this.#schedule();
    });
  }

  /** Refuses new appends and resolves when the accepted ones are done. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#inFlight > 0 || this.#queue.length > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  /** Once everything runnable has run: whatever that appends shares the group. Where the last one found no company, at once. */
  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= mostInFlight) return;
    if (this.#solitary && this.#inFlight === 0) return void this.#flush();
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const group = this.#nextGroup();
    if (group.length === 0) return;
    this.#inFlight++;
    await this.#run(group);
    this.#inFlight--;
    this.#solitary = group.length === 1 && this.#queue.length === 0;
    for (const { append } of group) for (const { stream } of append) this.#busy.delete(stream);
    if (this.#queue.length > 0) this.#schedule();
    else if (this.#inFlight === 0) this.#idle?.();
  }

  /** In order: an append waits for those before it that write to one of its streams. */
  #nextGroup(): Work[] {
    const awaited = new Set<string>();
    const group: Work[] = [];
    const rest: Work[] = [];
    let bytes = 0;
    for (const work of this.#queue) {
      const fits =
        group.length < mostAppends &&
        bytes < mostBytes &&
        work.append.every(({ stream }) => !this.#busy.has(stream) && !awaited.has(stream));
      (fits ? group : rest).push(work);
      if (fits) bytes += work.bytes;
      for (const { stream } of work.append) (fits ? this.#busy : awaited).add(stream);
    }
    this.#queue = rest;
    return group;
  }

  /** What is wrong with the data of one append must not fail the others: then each goes by itself. */
  async #run(group: readonly Work[]): Promise<void> {
    try {
      const results = await this.#write(
        group.map(({ append }) => append),
        this.#inFlight === 1,
      );
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as AppendResult);
    } catch (error) {
      if (group.length > 1 && isFaultOfData(error)) for (const work of group) await this.#run([work]);
      else for (const { reject } of group) reject(error);
    }
  }
}

function bytesOf(append: Append): number {
  let bytes = metadataBytes;
  for (const { events } of append) for (const { data } of events) bytes += data.length + metadataBytes;
  return bytes;
}
