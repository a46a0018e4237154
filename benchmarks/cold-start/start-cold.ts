/** One cold start, as Lambda makes it: a process of the runtime client, until it asks for work, and until its first answer. */
import { readdirSync, readFileSync } from "node:fs";
import { type CopyOptions, FunctionCopy } from "@foldstream/lambda-local";
import type { Run } from "../question.ts";

const patienceMs = 60_000;

export async function startCold(options: CopyOptions, event: unknown): Promise<Run> {
  const began = performance.now();
  const printed: string[] = [];
  const copy = await FunctionCopy.start({ ...options, onOutput: (text) => void printed.push(text) });
  const initMs = performance.now() - began;
  const cpuSeconds = cpuSecondsOf(copy.pid);
  try {
    const asked = performance.now();
    const invoked = await copy.invoke(event, patienceMs);
    const firstAnswerMs = initMs + performance.now() - asked;
    if (invoked.kind !== "answered" || !isGood(invoked.payload))
      throw new Error(`${options.root} did not answer well: ${JSON.stringify(invoked)}\n${printed.join("")}`);
    const peakMemoryMb = peakMemoryMbOf(copy.pid);
    return { count: 1, seconds: initMs / 1_000, latencies: [initMs], cpuSeconds, peakMemoryMb, firstAnswerMs };
  } finally {
    copy.kill();
  }
}

/** An answer to HTTP that says so, or one to a batch of which nothing failed. */
function isGood(payload: unknown): boolean {
  const { statusCode, batchItemFailures } = payload as { statusCode?: number; batchItemFailures?: readonly unknown[] };
  return statusCode === 200 || batchItemFailures?.length === 0;
}

/** Of all its threads, frozen as it is; the first figure is nanoseconds on a processor (Linux, Documentation/scheduler/sched-stats). */
function cpuSecondsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number.parseInt(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8"), 10),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9;
}

function peakMemoryMbOf(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1_024;
}
