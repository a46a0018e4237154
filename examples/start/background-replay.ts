/** Replays what an example starts with, behind a server that goes on answering. */
import { type ReplayOptions, type ReplayResult, refusals } from "@foldstream/example-replay";
import type { App, Runtime } from "foldstream";

export interface BackgroundReplay {
  /** Stops after the commands on their way, and waits for them. */
  stop(): Promise<void>;
}

interface Replayed<A extends App> {
  readonly runtime: Runtime<A>;
  /** Such as `Flights`. */
  readonly name: string;
  /** What is replayed, in the plural. */
  readonly what: string;
  /** How many; 0 for none. */
  readonly limit: number;
  readonly replay: (options: ReplayOptions<A>) => Promise<ReplayResult>;
}

/** Few commands in flight, so that a command from outside never waits for a long turn. */
const concurrency = 500;

export function backgroundReplay<A extends App>(replayed: Replayed<A>, say: (line: string) => void): BackgroundReplay {
  const stopping = new AbortController();
  const done = replayed.limit === 0 ? Promise.resolve() : replayAndSay(replayed, stopping.signal, say);
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function replayAndSay<A extends App>(
  { runtime, name, what, limit, replay }: Replayed<A>,
  signal: AbortSignal,
  say: (line: string) => void,
) {
  const began = performance.now();
  try {
    const { complete, tally } = await replay({ runtime, limit, concurrency, signal });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const { recorded, replayed } = tally;
    if (complete)
      say(
        `${name}: ${count(recorded)} ${what} added, ${count(replayed)} were there already, ${count(refusals(tally))} refused (${seconds} s).`,
      );
    else say(`${name}: the replay was stopped and will go on at the next start.`);
  } catch (error) {
    say(`${name}: the replay failed: ${error instanceof Error ? error.message : error}`);
  }
}

function count(value: number): string {
  return value.toLocaleString("en");
}
