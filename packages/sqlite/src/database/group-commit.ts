/** Group commit: writes that arrive while the event loop is busy share one transaction, and so one wait for the disk. */
import type { DatabaseSync } from "node:sqlite";
import { StoppedError } from "foldstream";
import { isBusy, storeFailure } from "../errors.ts";

/** What a write reports from inside the transaction. */
export interface Written<T> {
  readonly value: T;
  /** True when the write lost after it had already changed something: its changes must not stay. */
  readonly undo: boolean;
}

interface Work {
  readonly bytes: number;
  readonly run: () => Written<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Settle = () => void;

/** Bound how long one transaction keeps the event loop: some tens of milliseconds. */
const mostWrites = 1_000;
const mostBytes = 1_000_000;

/** How long to wait for another process, and how often to try meanwhile. */
const defaultPatienceMs = 5_000;
const retryMs = 5;

export class GroupCommit {
  readonly #connection: DatabaseSync;
  readonly #path: string;
  readonly #patienceMs: number;
  readonly #begin;
  readonly #commit;
  #queue: Work[] = [];
  #scheduled = false;
  #closed = false;
  #waitingSince: number | undefined;
  #idle: (() => void) | undefined;
  readonly #afterCommit: (() => void)[] = [];
  readonly #afterRollback: (() => void)[] = [];

  constructor(connection: DatabaseSync, path: string, patienceMs = defaultPatienceMs) {
    this.#connection = connection;
    this.#path = path;
    this.#patienceMs = patienceMs;
    this.#begin = connection.prepare("BEGIN IMMEDIATE");
    this.#commit = connection.prepare("COMMIT");
  }

  /**
   * Runs `run` in the next transaction; resolves once that is on disk. One write's loss does not touch the others. `bytes` is
   * about how much it writes.
   */
  write<T>(run: () => Written<T>, bytes = 0): Promise<T> {
    if (this.#closed) return Promise.reject(new StoppedError(`The database ${this.#path}`));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run, bytes, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** For caches: what was learnt inside a transaction holds only once it is committed. */
  onCommit(listener: () => void): void {
    this.#afterCommit.push(listener);
  }

  onRollback(listener: () => void): void {
    this.#afterRollback.push(listener);
  }

  /** Refuses new writes and resolves when the accepted ones are done. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#scheduled) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    const group = this.#nextGroup();
    const settles = this.#runGroup(group);
    if (settles) this.#settle(settles);
    else this.#waitForOthers(group);
  }

  #settle(settles: readonly Settle[]): void {
    this.#waitingSince = undefined;
    for (const settle of settles) settle();
    this.#scheduled = false;
    if (this.#queue.length > 0) this.#schedule();
    else this.#idle?.();
  }

  /** SQLite would wait by itself, but keep the event loop meanwhile. */
  #waitForOthers(group: readonly Work[]): void {
    this.#waitingSince ??= performance.now();
    this.#queue.unshift(...group);
    setTimeout(() => this.#flush(), retryMs);
  }

  /** At least one write, and as many more as a group may hold. */
  #nextGroup(): Work[] {
    let count = 0;
    let bytes = 0;
    while (count < Math.min(this.#queue.length, mostWrites) && bytes < mostBytes)
      bytes += this.#queue[count++]?.bytes ?? 0;
    return this.#queue.splice(0, count);
  }

  /**
   * Nearly always every write wins; only when one must be undone is the group run again with a savepoint for each. Nothing when
   * another process is writing and there is still time to wait for it.
   */
  #runGroup(group: readonly Work[]): Settle[] | undefined {
    try {
      return (
        this.#transaction(group, runDirectly) ?? this.#transaction(group, (work) => this.#runInSavepoint(work)) ?? []
      );
    } catch (error) {
      if (isBusy(error) && this.#mayWait()) return undefined;
      const failure = storeFailure(error, this.#path);
      return group.map((work) => () => work.reject(failure));
    }
  }

  #mayWait(): boolean {
    return this.#waitingSince === undefined || performance.now() - this.#waitingSince < this.#patienceMs;
  }

  /** Nothing when a write must be undone: the transaction was rolled back. */
  #transaction(group: readonly Work[], run: (work: Work) => Settle | undefined): Settle[] | undefined {
    this.#begin.run();
    const settles: Settle[] = [];
    try {
      for (const work of group) {
        const settle = run(work);
        if (!settle) {
          this.#rollback();
          return undefined;
        }
        settles.push(settle);
      }
      this.#commit.run();
    } catch (error) {
      this.#rollback();
      throw error;
    }
    for (const listener of this.#afterCommit) listener();
    return settles;
  }

  #runInSavepoint(work: Work): Settle {
    this.#connection.exec("SAVEPOINT write");
    try {
      const { value, undo } = work.run();
      if (undo) this.#rollbackTo();
      return () => work.resolve(value);
    } catch (error) {
      if (!this.#connection.isTransaction) throw error;
      this.#rollbackTo();
      const failure = storeFailure(error, this.#path);
      return () => work.reject(failure);
    } finally {
      if (this.#connection.isTransaction) this.#connection.exec("RELEASE write");
    }
  }

  #rollbackTo(): void {
    this.#connection.exec("ROLLBACK TO write");
    for (const listener of this.#afterRollback) listener();
  }

  #rollback(): void {
    if (this.#connection.isTransaction) this.#connection.exec("ROLLBACK");
    for (const listener of this.#afterRollback) listener();
  }
}

function runDirectly(work: Work): Settle | undefined {
  try {
    const { value, undo } = work.run();
    return undo ? undefined : () => work.resolve(value);
  } catch {
    return undefined;
  }
}
