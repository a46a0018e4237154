/** Time and chance that a test holds in its hand: nothing happens by itself, and everything happens the same way again. */
import type { Environment } from "../port/environment.ts";
import { seededRandom } from "./seeded-random.ts";

export interface MemoryEnvironmentOptions {
  /** Milliseconds since 1970. Default: the first of January 2026, UTC. */
  readonly now?: number;
  /** Default 1. */
  readonly seed?: number;
}

export interface MemoryEnvironment extends Environment {
  /** Moves the clock and runs what falls due on the way, in order, each task with the promises that follow from it. */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

/** Ids are UUIDs (version 7 in form) that sort in the order in which they were made. Equal options give equal runs. */
export function memoryEnvironment({
  now: start = Date.UTC(2026, 0, 1),
  seed = 1,
}: MemoryEnvironmentOptions = {}): MemoryEnvironment {
  let now = start;
  let made = 0;
  const timers = new Set<Timer>();
  return {
    clock: { now: () => now },
    ids: { next: () => uuid(now, ++made) },
    random: { next: seededRandom(seed) },
    scheduler: {
      soon: (task) => void Promise.resolve().then(task),
      after(ms, task) {
        const timer = { at: now + ms, task };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },

    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let timer = nextDue(timers, until); timer; timer = nextDue(timers, until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.task();
        await settle();
      }
      now = until;
    },
  };
}

/** The earliest of the timers that are due; of two for the same moment, the one that was set first. */
function nextDue(timers: ReadonlySet<Timer>, until: number): Timer | undefined {
  const due = [...timers].filter(({ at }) => at <= until);
  return due.reduce<Timer | undefined>((first, timer) => (first && first.at <= timer.at ? first : timer), undefined);
}

/** How many promises may hang one on another before `advance` goes on; JavaScript does not tell when none is left. */
const hops = 1_000;

async function settle(): Promise<void> {
  for (let hop = 0; hop < hops; hop++) await undefined;
}

function uuid(now: number, count: number): string {
  const time = hex(now, 12);
  const low = hex(count, 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${low}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
