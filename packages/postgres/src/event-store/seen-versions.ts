/**
 * Versions that this process has appended, so that the server need not look for them again. The log is one sequence that only grows: while
 * the last event that was appended here is where it was, so is all before it. It is not after a failover to a server that had not received the last commits,
 * or when a backup was restored under a running process. So every group names that event, and is refused where it is gone.
 */
import { RecentMap } from "foldstream/port";
import type { Append } from "./group-columns.ts";

const remembered = 50_000;

/** An event, by its place and what no other event there would have. */
export interface Witness {
  readonly position: number;
  readonly commandId: string;
  readonly recordedAt: number;
}

export class SeenVersions {
  #versions = new RecentMap<string, number>(remembered);
  #witness: Witness | undefined;

  /** The last event appended here. All that is remembered comes before it. */
  get witness(): Witness | undefined {
    return this.#witness;
  }

  has(stream: string, version: number): boolean {
    return version <= (this.#versions.get(stream) ?? 0);
  }

  /**
   * The group was written where `named` was in place; its last event, if it has one, is at `after`. Passed over where another group was told meanwhile: nobody knows
   * whether both were written to the same log.
   */
  add(group: readonly Append[], after: number, named: Witness | undefined): void {
    const written = group.flat().filter(({ events }) => events.length > 0);
    const event = written.at(-1)?.events.at(-1);
    if (!event || named !== this.#witness) return;
    for (const { stream, expected, events } of written) this.#versions.set(stream, expected + events.length);
    this.#witness = { position: after, commandId: event.metadata.commandId, recordedAt: event.recordedAt };
  }

  forget(): void {
    this.#versions = new RecentMap(remembered);
    this.#witness = undefined;
  }
}
