/** Work that gives up, by throwing, once its time is up. */

export class TimeLimit {
  readonly #endsAt: number;

  constructor(ms: number) {
    this.#endsAt = performance.now() + ms;
  }

  /** Nothing when the time was up before `work` was done. */
  async within<T>(work: (signal: { throwIfAborted(): void }) => Promise<T>): Promise<T | undefined> {
    const timeIsUp = new Error("The time is up.");
    const throwIfAborted = () => {
      if (performance.now() >= this.#endsAt) throw timeIsUp;
    };
    try {
      throwIfAborted();
      return await work({ throwIfAborted });
    } catch (error) {
      if (error === timeIsUp) return undefined;
      throw error;
    }
  }
}
