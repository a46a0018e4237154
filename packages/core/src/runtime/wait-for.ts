/** Waits until read models include what consistency tokens stand for (G6). */
import type { AnyProjection } from "../definition/projection.ts";
import type { Environment } from "../port/environment.ts";
import type { EventFeed, FeedPoint } from "../port/event-feed.ts";
import type { ReadModelStore } from "../port/read-model-store.ts";
import { readModelOf } from "./fold.ts";
import type { NotYet } from "./outcome.ts";
import type { Progress } from "./progress.ts";
import { Signal } from "./signal.ts";

export interface WaitSide {
  readonly feed: EventFeed;
  readonly target: ReadModelStore;
  readonly environment: Environment;
  readonly progress: Progress;
}

/** Steps taken by other processes send no signal here, so the checkpoint is also looked at this often. */
const lookEveryMs = 25;

/** Timers of JavaScript hosts end at once when they are set for longer: 24 days. */
const longestWaitMs = 2 ** 31 - 1;

/** Resolves to nothing when every projection is there, or to what was missing after `waitMs`, whatever the clock does meanwhile. */
export async function waitFor(
  side: WaitSide,
  tokens: readonly string[],
  projections: readonly AnyProjection[],
  waitMs: number,
): Promise<NotYet | undefined> {
  const { scheduler } = side.environment;
  const signal = new Signal();
  let late = waitMs <= 0;
  const cancel = scheduler.after(Math.min(waitMs, longestWaitMs), () => {
    late = true;
    signal.raise();
  });
  const names = projections.map(({ name }) => name);
  const unlisten = side.progress.listen(names, () => signal.raise());
  try {
    for (;;) {
      const missing = await firstMissing(side, tokens, projections);
      if (!missing || late) return missing;
      await signal.wait(scheduler, lookEveryMs);
    }
  } finally {
    cancel();
    unlisten();
  }
}

async function firstMissing(
  { feed, target }: WaitSide,
  tokens: readonly string[],
  projections: readonly AnyProjection[],
): Promise<NotYet | undefined> {
  const located = await Promise.all(tokens.map((token) => feed.locate(token)));
  for (const projection of projections) {
    for (const point of located.flatMap((points): readonly (FeedPoint | undefined)[] => points ?? [undefined])) {
      if (!point) return { projection: projection.name, target: undefined, position: 0 };
      const position = await target.checkpoint(readModelOf(projection), point.partition);
      if (position < point.position) return { projection: projection.name, target: point, position };
    }
  }
  return undefined;
}
