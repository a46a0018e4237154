/** The event feed on DynamoDB: what the recorder has recorded. */
import type { EventFeed } from "foldstream/port";
import type { Database } from "../database/database.ts";
import { pointsOf } from "../event-store/token.ts";
import type { FeedTable } from "./feed-table.ts";
import { partitionOf } from "./partition-of.ts";

export type Wakes = Set<(partition: string) => void>;

export function dynamoDbEventFeed(
  database: Database,
  feed: FeedTable,
  { partitions, wakes }: { readonly partitions: number; readonly wakes: Wakes },
): EventFeed {
  const names = Array.from({ length: partitions }, (_, index) => String(index));
  return {
    partitions: async () => names,

    read: (partition, after, limit) => database.run("reading the feed", () => feed.read(partition, after, limit)),

    head: (partition) => database.run("reading the feed", () => feed.head(partition)),

    async locate(token) {
      const points = pointsOf(token).filter(([, version]) => version > 0);
      const marks = await database.run("locating a token", () =>
        feed.marks([...new Set(points.map(([stream]) => stream))]),
      );
      if (!points.every(([stream, version]) => (marks.get(stream)?.version ?? 0) >= version)) return undefined;
      return points.map(([stream]) => ({
        partition: partitionOf(stream, partitions),
        position: marks.get(stream)?.position ?? 0,
      }));
    },

    subscribe(wake) {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
  };
}
