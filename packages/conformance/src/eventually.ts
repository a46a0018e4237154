/** Waiting for what an adapter may do late, without sleeping. */

/** Lets timers and I/O have their turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The first value of `look` that is not `undefined`. Rejects when there is none within `ms`. */
export async function eventually<T>(what: string, ms: number, look: () => Promise<T | undefined>): Promise<T> {
  const until = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`${what}: not within ${ms} ms.`);
    await turn();
  }
}
