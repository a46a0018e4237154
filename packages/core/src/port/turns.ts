/**
 * Lets work of this process on the same thing go one after another. Conditions keep it right anyway; but whoever loses a race has paid
 * for a write.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` when all that was there before it on any of `keys` has ended. */
  take<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.map((key) => this.#last.get(key));
    const turn = before.some((last) => last !== undefined) ? Promise.allSettled(before).then(work) : work();
    for (const key of keys) this.#last.set(key, turn);
    const leave = () => {
      for (const key of keys) if (this.#last.get(key) === turn) this.#last.delete(key);
    };
    turn.then(leave, leave);
    return turn;
  }
}
