/** Time and chance as ports, so that a whole application can run under a simulator. */

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export interface Ids {
  /** A new unique id. Ids that sort by time (UUIDv7) keep indexes compact. */
  next(): string;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

export interface Scheduler {
  /** Runs `task` once what is already runnable has run. */
  soon(task: () => void): void;
  /** Runs `task` after `ms` milliseconds, unless the returned function is called first. */
  after(ms: number, task: () => void): () => void;
}

export interface Environment {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly scheduler: Scheduler;
}
