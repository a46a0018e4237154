/** Tells who subscribed that the log has grown: at once for appends of this engine, by looking for those of others. */

/** How often to look. One question answers all subscribers. */
const lookEveryMs = 100;

export class Watch {
  readonly #head: () => Promise<number>;
  readonly #wakes = new Set<() => void>();
  #announced = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(head: () => Promise<number>) {
    this.#head = head;
  }

  subscribe(wake: () => void): () => void {
    const own = () => wake();
    this.#wakes.add(own);
    this.#lookLater();
    return () => this.#wakes.delete(own);
  }

  /** The log has reached `position`. */
  reached(position: number): void {
    if (position <= this.#announced) return;
    this.#announced = position;
    for (const wake of this.#wakes) wake();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (this.#closed || this.#wakes.size === 0) return;
    this.#timer ??= setTimeout(() => void this.#look(), lookEveryMs).unref();
  }

  async #look(): Promise<void> {
    try {
      this.reached(await this.#head());
    } catch {
      // A wake-up is only a hint: whatever is wrong, the next read tells those who can act on it.
    }
    this.#timer = undefined;
    this.#lookLater();
  }
}
