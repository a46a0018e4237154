/** A consistency token that stands for places in the feed, such as `reached:0=12,1=40`: what several tokens come to once all are located. */
import { InvalidTokenError } from "../errors.ts";
import type { FeedPoint } from "../port/event-feed.ts";

const prefix = "reached:";
const place = /^([^=,]*)=(\d{1,15})$/;

/** One place a partition: the furthest. */
export function reachedToken(points: readonly FeedPoint[]): string {
  const furthest = new Map<string, number>();
  for (const { partition, position } of points)
    furthest.set(partition, Math.max(position, furthest.get(partition) ?? 0));
  return prefix + [...furthest].map(([partition, position]) => `${encodeURIComponent(partition)}=${position}`).join();
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
    .map((text) => pointIn(text, token));
}

function pointIn(text: string, token: string): FeedPoint {
  const [, partition, position] = place.exec(text) ?? [];
  if (partition === undefined) throw new InvalidTokenError(token);
  try {
    return { partition: decodeURIComponent(partition), position: Number(position) };
  } catch {
    throw new InvalidTokenError(token);
  }
}
