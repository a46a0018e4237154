/** Who waits for which projection to take a step in this process. */
export class Progress {
  readonly #listeners = new Map<string, Set<() => void>>();

  listen(projections: readonly string[], listener: () => void): () => void {
    for (const name of projections) this.#of(name).add(listener);
    return () => {
      for (const name of projections) this.#of(name).delete(listener);
    };
  }

  report(projection: string): void {
    for (const listener of this.#of(projection)) listener();
  }

  #of(projection: string): Set<() => void> {
    const known = this.#listeners.get(projection) ?? new Set();
    this.#listeners.set(projection, known);
    return known;
  }
}
