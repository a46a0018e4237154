/** How long everything else in the process waits, looked at all the time, and the most memory that is held meanwhile. */
import type { Run } from "../question.ts";

const lookEveryMs = 5;
const least = 0.01;

export function waitsOf(): { stop(): Pick<Run, "latencies" | "peakMemoryMb"> } {
  const latencies: number[] = [];
  let peak = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    // Who came while nothing went on waited too, each since another moment.
    for (let wait = now - last - lookEveryMs; wait > 0; wait -= lookEveryMs) latencies.push(wait);
    latencies.push(least);
    last = now;
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    stop() {
      look();
      clearInterval(timer);
      return { latencies, peakMemoryMb: peak / 2 ** 20 };
    },
  };
}
