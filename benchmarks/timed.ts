/** Times work and what each caller waits. */
import type { Run } from "./question.ts";

/** `clients` callers, each sending its next call when the last one is answered, until `count` calls are made or the time is over. */
export async function timedClients(
  count: number,
  clients: number,
  call: (index: number, client: number) => Promise<unknown>,
  atMostSeconds = Number.POSITIVE_INFINITY,
): Promise<Run> {
  const latencies: number[] = [];
  let next = 0;
  const began = performance.now();
  const isOver = () => next >= count || performance.now() - began > atMostSeconds * 1000;
  const client = async (_: unknown, id: number) => {
    while (!isOver()) {
      const index = next++;
      const sent = performance.now();
      await call(index, id);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { count: next, seconds: (performance.now() - began) / 1000, latencies };
}

/** `count` items in calls of `perCall`, one call after the other, until all are made or the time is over. */
export async function timedBatches(
  count: number,
  perCall: number,
  call: (first: number) => Promise<unknown>,
  atMostSeconds = Number.POSITIVE_INFINITY,
): Promise<Run> {
  const calls = Math.ceil(count / perCall);
  const run = await timedClients(calls, 1, (index) => call(index * perCall), atMostSeconds);
  return { ...run, count: Math.min(count, run.count * perCall) };
}

/** `count` calls that begin at an even rate, whether those before them are answered or not; each waits from when it should have begun. */
export async function timedAtRate(
  count: number,
  perSecond: number,
  call: (index: number) => Promise<unknown>,
): Promise<Run> {
  const latencies: number[] = [];
  const calls: Promise<void>[] = [];
  const began = performance.now();
  const dueAt = (index: number) => began + (index * 1_000) / perSecond;
  const callAt = async (index: number) => {
    await call(index);
    latencies.push(performance.now() - dueAt(index));
  };
  while (calls.length < count) {
    while (calls.length < count && dueAt(calls.length) <= performance.now()) calls.push(callAt(calls.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(calls);
  return { count, seconds: (performance.now() - began) / 1000, latencies };
}
