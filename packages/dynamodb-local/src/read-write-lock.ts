/** Many readers or one writer, in the order in which they came. */
export class ReadWriteLock {
  #last: Promise<unknown> = Promise.resolve();
  #readers: Promise<unknown>[] = [];

  async read<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#readers.push(turn.catch(() => undefined));
    return turn;
  }

  async write<T>(work: () => Promise<T>): Promise<T> {
    const before = [this.#last, ...this.#readers];
    this.#readers = [];
    const turn = Promise.all(before).then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
