/**
 * Follows the table's stream and hands what it says to the recorder: every shard after its parent. How far it came is kept beside the
 * feed, only to spare reading again: what is recorded is known by the marks.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Recorder } from "./recorder.ts";
import type { RecorderLease } from "./recorder-lease.ts";
import type { RecorderState } from "./recorder-state.ts";
import type { Sweep } from "./sweep.ts";
import { isExpired, isTrimmed, type Shard, type TableStream } from "./table-stream.ts";

export interface FollowerSide {
  readonly stream: TableStream;
  readonly recorder: Recorder;
  readonly state: RecorderState;
  readonly lease: RecorderLease;
  readonly sweep: Sweep;
  /** Told of every failure; following goes on. */
  readonly failed: (error: unknown) => void;
}

/** DynamoDB answers each shard's readers five times a second (docs: "DynamoDB Streams Kinesis adapter"). */
const pollMs = 250;
const lookForShardsMs = 5_000;
const pauseAfterFailureMs = 1_000;
/** The stream keeps 24 hours. Whoever was away for nearly as long looks through the table. */
const mostHoursAway = 20;

export class StreamFollower {
  readonly #side: FollowerSide;
  readonly #stop = new AbortController();
  /** Ends when another recorder has the lease. */
  #turn = new AbortController();
  readonly #following = new Map<string, Promise<void>>();
  readonly #finished = new Set<string>();
  #run: Promise<void> | undefined;

  constructor(side: FollowerSide) {
    this.#side = side;
  }

  start(): void {
    this.#run ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#turn.abort();
    await this.#run;
    await Promise.all(this.#following.values());
    await this.#side.lease.giveBack().catch(this.#side.failed);
  }

  get #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async #follow(): Promise<void> {
    while (!this.#stopping) {
      await this.#attempt(async () => {
        if (!(await this.#side.lease.hold())) return this.#turn.abort();
        if (this.#turn.signal.aborted && !this.#stopping) await this.#begin();
        if ((await this.#side.state.hoursSinceSeen()) > mostHoursAway) await this.#side.sweep.run();
        const shards = await this.#side.stream.shards();
        for (const shard of shards) if (this.#isReady(shard, shards)) this.#startShard(shard);
        await this.#side.state.seen();
      });
      await this.#sleep(lookForShardsMs);
    }
  }

  /** A new turn: another recorder has moved the places in shards on. */
  async #begin(): Promise<void> {
    await Promise.all(this.#following.values());
    this.#turn = new AbortController();
  }

  /** A parent that DynamoDB no longer lists has nothing to read. */
  #isReady({ id, parent }: Shard, shards: readonly Shard[]): boolean {
    if (this.#following.has(id) || this.#finished.has(id)) return false;
    return parent === undefined || this.#finished.has(parent) || !shards.some((shard) => shard.id === parent);
  }

  #startShard({ id }: Shard): void {
    const following = this.#followShard(id).finally(() => this.#following.delete(id));
    this.#following.set(id, following);
  }

  async #followShard(shard: string): Promise<void> {
    let iterator: string | undefined;
    let place: string | undefined;
    let known = false;
    const { signal } = this.#turn;
    while (!signal.aborted && !this.#finished.has(shard)) {
      await this.#attempt(async () => {
        if (!known) place = await this.#side.state.place(shard);
        known = true;
        iterator ??= await this.#iterator(shard, place);
        if (iterator === undefined) return this.#finish(shard);
        const page = await this.#read(iterator);
        if (page) await this.#side.recorder.record(page.tips);
        iterator = page?.next;
        if (page?.last !== undefined) {
          place = page.last;
          await this.#side.state.keepPlace(shard, place);
        }
        if (page && page.next === undefined) this.#finish(shard);
        if (page && page.last === undefined) await this.#sleep(pollMs);
      });
    }
  }

  #finish(shard: string): void {
    this.#finished.add(shard);
  }

  /** Data that is gone from the stream is still in the table. */
  async #iterator(shard: string, place: string | undefined): Promise<string | undefined> {
    try {
      return await this.#side.stream.iterator(shard, place);
    } catch (error) {
      if (!isTrimmed(error)) throw error;
      await this.#side.sweep.run();
      return this.#side.stream.iterator(shard, undefined);
    }
  }

  /** Nothing when the iterator is of no more use. */
  async #read(iterator: string) {
    try {
      return await this.#side.stream.read(iterator);
    } catch (error) {
      if (isTrimmed(error)) await this.#side.sweep.run();
      else if (!isExpired(error)) throw error;
      return undefined;
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#stopping) return;
      this.#side.failed(error);
      await this.#sleep(pauseAfterFailureMs);
    }
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
