/** Replays the first departures behind a server that goes on answering. */

import { type app as flights, replay } from "@foldstream/example-flights";
import { refusals } from "@foldstream/example-replay";
import type { Runtime } from "foldstream";

export interface BackgroundReplay {
  /** Stops after the commands on their way, and waits for them. */
  stop(): Promise<void>;
}

/** Few commands in flight, so that a command from outside never waits for a long turn. */
const concurrency = 500;

export function backgroundReplay(
  runtime: Runtime<typeof flights>,
  limit: number,
  say: (line: string) => void,
): BackgroundReplay {
  const stopping = new AbortController();
  const done = limit === 0 ? Promise.resolve() : replayAndSay(runtime, limit, stopping.signal, say);
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function replayAndSay(
  runtime: Runtime<typeof flights>,
  limit: number,
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
        `Flights: ${count(recorded)} departures added, ${count(replayed)} were there already, ${count(refusals(tally))} refused (${seconds} s).`,
      );
    else say("Flights: the replay was stopped and will go on at the next start.");
  } catch (error) {
    say(`Flights: the replay failed: ${error instanceof Error ? error.message : error}`);
  }
}

function count(value: number): string {
  return value.toLocaleString("en");
}
