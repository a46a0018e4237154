/** One turn at a time per name, first come first served. */
export class Locks {
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Resolves when it is the caller's turn; `undefined` when that is at once, which spares the uncontended case a promise. */
  acquire(name: string): Promise<void> | undefined {
    const waiting = this.#waiting.get(name);
    if (waiting) return new Promise((resolve) => waiting.push(resolve));
    this.#waiting.set(name, []);
    return undefined;
  }

  release(name: string): void {
    const next = this.#waiting.get(name)?.shift();
    if (next) next();
    else this.#waiting.delete(name);
  }

  /** Acquires several names in one order for everybody, so that two callers never wait for each other. */
  async acquireAll(names: readonly string[]): Promise<void> {
    for (const name of [...names].sort()) await this.acquire(name);
  }
}
