/** Consistency tokens of PostgreSQL: the one partition and a position in it. */
import { InvalidTokenError } from "foldstream";

/** Appends take turns, so one partition keeps everything in order. */
export const partition = "0";

export function tokenAt(position: number): string {
  return `${partition}:${position}`;
}

/** @throws InvalidTokenError */
export function positionOf(token: string): number {
  const [, position] = /^0:(\d{1,15})$/.exec(token) ?? [];
  if (position === undefined) throw new InvalidTokenError(token);
  return Number(position);
}
