/**
 * A consistency token that stands for places in the feed, such as `reached:0=12.9,1=40`: what several tokens come to once all are
 * located. The furthest place of a partition is what to wait for; the others tell which streams were written, should one be parked.
 */
import { InvalidTokenError } from "../../errors.ts";
import type { FeedPoint } from "../../port/event-feed.ts";

const prefix = "reached:";
const places = /^([^=,]*)=(\d{1,15}(?:\.\d{1,15})*)$/;

/** Of one partition, the furthest ones. A token must fit a header beside others. */
const mostPlaces = 32;

export function reachedToken(points: readonly FeedPoint[]): string {
  const parts = [...Map.groupBy(points, ({ partition }) => partition)].map(([partition, here]) => {
    const positions = [...new Set(here.map(({ position }) => position))].sort((one, other) => other - one);
    return `${encodeURIComponent(partition)}=${positions.slice(0, mostPlaces).join(".")}`;
  });
  return prefix + parts.join();
}

/**
 * Nothing for a token that the store itself has made.
 * @throws InvalidTokenError
 */
export function pointsReached(token: string): readonly FeedPoint[] | undefined {
  if (!token.startsWith(prefix)) return undefined;
  return token
    .slice(prefix.length)
    .split(",")
    .flatMap((text) => pointsIn(text, token));
}

function pointsIn(text: string, token: string): readonly FeedPoint[] {
  const [, name, positions] = places.exec(text) ?? [];
  if (name === undefined || positions === undefined) throw new InvalidTokenError(token);
  try {
    const partition = decodeURIComponent(name);
    return positions
      .split(".")
      .slice(0, mostPlaces)
      .map((position) => ({ partition, position: Number(position) }));
  } catch {
    throw new InvalidTokenError(token);
  }
}
