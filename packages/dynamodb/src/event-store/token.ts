/**
 * Consistency tokens of DynamoDB: the streams that an append wrote and their versions, such as `counter-42@7`. Positions are given out
 * later, by the recorder.
 */
import { InvalidTokenError } from "foldstream";

export type StreamPoint = readonly [stream: string, version: number];

const point = /^([^@,]*)@(\d{1,15})$/;

export function tokenOf(points: readonly StreamPoint[]): string {
  return points.map(([stream, version]) => `${encodeURIComponent(stream)}@${version}`).join(",");
}

/** @throws InvalidTokenError */
export function pointsOf(token: string): StreamPoint[] {
  return token.split(",").map((part) => {
    const [, stream, version] = point.exec(part) ?? [];
    if (stream === undefined) throw new InvalidTokenError(token);
    try {
      return [decodeURIComponent(stream), Number(version)];
    } catch {
      throw new InvalidTokenError(token);
    }
  });
}
