/** Sizes of an app's own events, taken from its log. */

import { deflateRawSync } from "node:zlib";
import type { EventFeed } from "foldstream/port";
import { CostError } from "../errors.ts";
import type { TrafficProfile } from "./traffic-profile.ts";

export interface Measured {
  readonly events: TrafficProfile["events"];
  readonly streams: Pick<TrafficProfile["streams"], "commandsEach">;
  /** Events that were looked at. */
  readonly sample: number;
}

const eventsPerPage = 1_000;
const mostDeflated = 100;

/** Looks at `limit` events of each partition at most, from the first. @throws CostError `nothing-to-measure` for an empty log. */
export async function measureEvents(feed: EventFeed, limit = 20_000): Promise<Measured> {
  const sizes = new Sizes();
  for (const partition of await feed.partitions()) {
    for (let after = 0, seen = 0; seen < limit; ) {
      const { events, next } = await feed.read(partition, after, Math.min(eventsPerPage, limit - seen));
      if (next === after) break;
      for (const event of events) sizes.add(event);
      seen += events.length;
      after = next;
    }
  }
  return sizes.measured();
}

type Event = Awaited<ReturnType<EventFeed["read"]>>["events"][number];

class Sizes {
  readonly #streams = new Set<string>();
  readonly #commands = new Set<string>();
  readonly #deflated: string[] = [];
  #events = 0;
  #dataBytes = 0;
  #metadataBytes = 0;

  add({ stream, data, metadata: { commandId, principal, traceparent } }: Event): void {
    this.#streams.add(stream);
    this.#commands.add(commandId);
    if (this.#deflated.length < mostDeflated) this.#deflated.push(data);
    this.#events++;
    this.#dataBytes += Buffer.byteLength(data);
    this.#metadataBytes += principal || traceparent ? Buffer.byteLength(JSON.stringify([principal, traceparent])) : 0;
  }

  measured(): Measured {
    if (this.#events === 0)
      throw new CostError(
        "nothing-to-measure",
        "The log holds no events yet. Leave --measure out, or measure a log that does.",
      );
    const text = this.#deflated.join("");
    return {
      events: {
        perCommand: this.#events / this.#commands.size,
        dataBytes: Math.ceil(this.#dataBytes / this.#events),
        metadataBytes: Math.ceil(this.#metadataBytes / this.#events),
        deflatedTo: Math.min(1, deflateRawSync(text).length / Buffer.byteLength(text)),
      },
      streams: { commandsEach: this.#commands.size / this.#streams.size },
      sample: this.#events,
    };
  }
}
