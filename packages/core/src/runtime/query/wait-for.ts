/** Waits until read models include what consistency tokens stand for (G6). */

import { isSameBuild } from "../../port/build-list.ts";
import type { Environment } from "../../port/environment.ts";
import type { EventFeed, FeedPoint } from "../../port/event-feed.ts";
import type { ReadModelStore } from "../../port/read-model-store.ts";
import type { NotYet } from "../outcome.ts";
import { type ParkedCommand, parkedAmong, type Suspect } from "../parking/parked-commands.ts";
import type { Progress } from "../projection/progress.ts";
import type { Looked, Served } from "../rebuild/served.ts";
import { Signal } from "../signal.ts";
import { pointsReached, reachedToken } from "./reached-token.ts";

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

export interface Wait {
  readonly tokens: readonly string[];
  /** Of the projections that must include them. */
  readonly names: readonly string[];
  readonly waitMs: number;
}

/** What to read now; or what was missing when the time ran out; or what will not come before it is redriven. */
export type Waited = Looked | { readonly missing: NotYet } | { readonly parked: ParkedCommand };

/** Points of the tokens that the feed has shown so far. */
type Located = Map<string, readonly FeedPoint[]>;

/**
 * Waits until every projection is there, `waitMs` at most, whatever the clock does meanwhile. `look` says which builds serve, since
 * that may change while it waits.
 */
export async function waitFor(
  side: WaitSide,
  { tokens, names, waitMs }: Wait,
  look: () => Promise<Looked>,
): Promise<Waited> {
  const { scheduler } = side.environment;
  const signal = new Signal();
  let late = waitMs <= 0;
  const cancel = scheduler.after(Math.min(waitMs, longestWaitMs), () => {
    late = true;
    signal.raise();
  });
  const located: Located = new Map();
  const unlisten = side.progress.listen(names, () => signal.raise());
  try {
    for (;;) {
      const looked = await look();
      if ("rebuilding" in looked) return looked;
      await locate(side.feed, tokens, located);
      const found = await sightOf(side, pointsOf(tokens, located), looked.served);
      if ("suspects" in found) {
        const parked = await parkedAmong(side, found.suspects);
        return parked ? { parked } : { ...looked, ...reached(tokens, located) };
      }
      if (late) return found;
      await signal.wait(scheduler, lookEveryMs);
    }
  } finally {
    cancel();
    unlisten();
  }
}

/** Where a token stands in the feed does not change. The newest is asked for first: while it does not show, looking costs one read. */
async function locate(feed: EventFeed, tokens: readonly string[], located: Located): Promise<void> {
  const [newest, ...others] = tokens.filter((token) => !located.has(token)).toReversed();
  if (newest === undefined || !(await find(feed, newest, located))) return;
  await Promise.all(others.map((token) => find(feed, token, located)));
}

async function find(feed: EventFeed, token: string, located: Located): Promise<boolean> {
  const points = pointsReached(token) ?? (await feed.locate(token));
  if (points) located.set(token, points);
  return points !== undefined;
}

/** A token that stands for all of them; absent while the feed does not show them all, and when there is nothing to wait for. */
function reached(tokens: readonly string[], located: Located): { readonly token?: string } {
  const points = [...located.values()].flat();
  const isWhole = points.length > 0 && tokens.every((token) => located.has(token));
  return isWhole ? { token: reachedToken(points) } : {};
}

function pointsOf(tokens: readonly string[], located: Located): readonly (FeedPoint | undefined)[] {
  return tokens.flatMap((token): readonly (FeedPoint | undefined)[] => located.get(token) ?? [undefined]);
}

/** What the first read model lacks that lacks something, or where something may be parked. */
async function sightOf(
  { target }: WaitSide,
  points: readonly (FeedPoint | undefined)[],
  served: readonly Served[],
): Promise<{ readonly missing: NotYet } | { readonly suspects: readonly Suspect[] }> {
  const known = points.filter((point) => point !== undefined);
  const suspects: Suspect[] = [];
  for (const { projection, model, live } of served) {
    const { name } = projection;
    if (known.length < points.length) return { missing: { projection: name, target: undefined, position: 0 } };
    for (const one of isSameBuild(model, live) ? [model] : [model, live])
      for (const [partition, here] of Map.groupBy(known, (point) => point.partition)) {
        const { position, isParking } = await target.parking.reached(one, partition);
        const ahead = here.find((point) => point.position > position);
        if (ahead) return { missing: { projection: name, target: ahead, position } };
        if (isParking) suspects.push({ projection: name, model: one, points: here });
      }
  }
  return { suspects };
}
