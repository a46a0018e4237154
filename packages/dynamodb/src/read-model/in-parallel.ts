/** Requests that DynamoDB is sent at the same time, at most. */
const mostInFlight = 32;

/** Runs `work` on each item, some at a time. Rejects with the first failure, after what had begun has ended. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(mostInFlight, items.length) }, lane));
  const failed = lanes.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
