/** Runs something under V8's sampling profiler. */
import { type Profiler, Session } from "node:inspector/promises";

const everyMicroseconds = 200;

export async function profiled<T>(work: () => Promise<T>): Promise<{ value: T; profile: Profiler.Profile }> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: everyMicroseconds });
    await session.post("Profiler.start");
    const value = await work();
    const { profile } = await session.post("Profiler.stop");
    return { value, profile };
  } finally {
    session.disconnect();
  }
}
