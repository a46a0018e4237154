/** One turn at a time per stream, first come first served. */
export class StreamLocks {
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Resolves when it is the caller's turn; `undefined` when that is at once, which spares the uncontended case a promise. */
  acquire(stream: string): Promise<void> | undefined {
    const waiting = this.#waiting.get(stream);
    if (waiting) return new Promise((resolve) => waiting.push(resolve));
    this.#waiting.set(stream, []);
    return undefined;
  }

  release(stream: string): void {
    const next = this.#waiting.get(stream)?.shift();
    if (next) next();
    else this.#waiting.delete(stream);
  }

  /** Acquires several streams in one order for everybody, so that two callers never wait for each other. */
  async acquireAll(streams: readonly string[]): Promise<void> {
    for (const stream of [...streams].sort()) await this.acquire(stream);
  }
}
