/** Group commit: writes that arrive while the event loop is busy share one transaction, and so one wait for the disk. */
import type { DatabaseSync } from "node:sqlite";
import { StoppedError } from "foldstream";
import { storeFailure } from "../errors.ts";

/** What a write reports from inside the transaction. */
export interface Written<T> {
  readonly value: T;
  /** True when the write lost after it had already changed something: its changes must not stay. */
  readonly undo: boolean;
}

interface Work {
  readonly run: () => Written<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Settle = () => void;

/** Bounds how long one transaction keeps the event loop. */
const largestGroup = 1_000;

export class GroupCommit {
  readonly #connection: DatabaseSync;
  readonly #path: string;
  readonly #begin;
  readonly #commit;
  #queue: Work[] = [];
  #scheduled = false;
  #closed = false;
  #idle: (() => void) | undefined;
  readonly #afterCommit: (() => void)[] = [];
  readonly #afterRollback: (() => void)[] = [];

  constructor(connection: DatabaseSync, path: string) {
    this.#connection = connection;
    this.#path = path;
    this.#begin = connection.prepare("BEGIN IMMEDIATE");
    this.#commit = connection.prepare("COMMIT");
  }

  /** Runs `run` in the next transaction; resolves once that is on disk. One write's loss does not touch the others. */
  write<T>(run: () => Written<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoppedError(`The database ${this.#path}`));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
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
    const group = this.#queue.splice(0, largestGroup);
    for (const settle of this.#runGroup(group)) settle();
    this.#scheduled = false;
    if (this.#queue.length > 0) this.#schedule();
    else this.#idle?.();
  }

  /** Nearly always every write wins; only when one must be undone is the group run again with a savepoint for each. */
  #runGroup(group: readonly Work[]): Settle[] {
    try {
      return (
        this.#transaction(group, runDirectly) ?? this.#transaction(group, (work) => this.#runInSavepoint(work)) ?? []
      );
    } catch (error) {
      const failure = storeFailure(error, this.#path);
      return group.map((work) => () => work.reject(failure));
    }
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
