/** The load, in a process of its own so that it does not share the server's event loop. */
import { randomUUID } from "node:crypto";
import autocannon from "autocannon";
import { answerOrder } from "../own-process.ts";

export interface LoadOrder {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** Of each request, JSON. */
  readonly body: string;
}

export interface LoadReport {
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  /** Milliseconds: the median and the 99th percentile, in the proportion in which percentiles find them again. */
  readonly latencies: readonly number[];
}

const counters = 1_000;

answerOrder<LoadOrder, LoadReport>(async ({ url, seconds, connections, body }) => {
  let sent = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: [
      {
        method: "POST",
        setupRequest: (request) => ({
          ...request,
          path: `/commands/counter/${sent++ % counters}/Increment`,
          headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
          body,
        }),
      },
    ],
  });
  const { p50, p99 } = result.latency;
  return {
    answered: result["2xx"],
    failed: result.non2xx + result.errors,
    seconds: result.duration,
    latencies: [...Array<number>(98).fill(p50), p99, p99],
  };
});
