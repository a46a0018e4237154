/** Several pieces of work at a time. */

export interface Concurrency {
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with the first failure, once nothing is under way any more. */
export async function eachConcurrently<Item>(
  items: Iterable<Item>,
  { concurrency, signal }: Concurrency,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  let failed = false;
  const workOn = async () => {
    for (let next = waiting.next(); !next.done && !failed; next = waiting.next()) {
      signal?.throwIfAborted();
      await work(next.value);
    }
  };
  const workers = Array.from({ length: concurrency }, () =>
    workOn().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const broken = (await Promise.allSettled(workers)).find(({ status }) => status === "rejected");
  if (broken) throw (broken as PromiseRejectedResult).reason;
}
