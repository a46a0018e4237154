/** Work that no caller waits for, so that whoever stops can. */
export class Background {
  readonly #failed: (error: unknown) => void;
  readonly #work = new Set<Promise<void>>();

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  add(work: Promise<void>): void {
    const tracked = work.catch(this.#failed).finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}
