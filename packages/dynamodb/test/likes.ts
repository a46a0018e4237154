/** A counter that is spread over several streams: the example of docs/how-to/spread-a-hot-stream.md. */
// #region spread
import { createHash } from "node:crypto";
import { aggregate, app, projection, t, table } from "foldstream";
import * as z from "zod";

const shards = 8;

/** The same command always goes to the same shard, so that its retry meets its receipt. */
export function shardFor(id: string, commandId: string): string {
  const digest = createHash("sha256").update(commandId).digest();
  return `${id}~${digest.readUInt32BE() % shards}`;
}

function withoutShard(id: string): string {
  return id.slice(0, id.lastIndexOf("~"));
}

export const likes = aggregate("likes", {
  initialState: {},
  events: { Liked: z.object({ by: z.int() }) },
  commands: { Like: z.object({ by: z.int().min(1).default(1) }) },
  decide: { Like: ({ by }) => ({ Liked: { by } }) },
  evolve: { Liked: (state) => state },
});

export const popularity = projection("popularity", {
  version: 1,
  from: [likes],
  key: (event) => withoutShard(event.stream.id),
  into: table({ id: t.key(), likes: t.integer() }),
  on: { "likes.Liked": (row, { data }) => ({ likes: (row?.likes ?? 0) + data.by }) },
});
// #endregion spread

export default app({ name: "likes", aggregates: [likes], projections: [popularity], queries: [] });
