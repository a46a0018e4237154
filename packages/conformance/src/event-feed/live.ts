/** G3 in motion: nothing shows up behind a consumer's back while many write. */
import type { EventFeed, EventStore, FedEvent } from "foldstream/port";
import { expect } from "vitest";
import { append, type LogCase } from "../event-store/log-case.ts";
import { turn } from "../eventually.ts";
import { incremented, range, write } from "../example.ts";
import { follow, located, readFeed, readPartition, versionsByStream } from "./following.ts";

const writers = range(8).map((index) => `counter-${index}`);
const perWriter = 25;
const written = Object.fromEntries(writers.map((stream) => [stream, range(perWriter).map((index) => index + 1)]));

/** Appends to one stream, one event at a time, giving way to readers now and then. Returns the last token. */
async function writeStream(store: EventStore, stream: string, pace: number): Promise<string> {
  let token = "";
  for (const version of range(perWriter)) {
    token = await append(store, write(stream, version, [incremented(version)]));
    if (version % pace === 0) await turn();
  }
  return token;
}

interface Writing {
  readonly done: Promise<void>;
  finished(): boolean;
}

/** Lets all writers loose. It is done when the feed shows all that they have written. */
function writeAll(store: EventStore, feed: EventFeed, patienceMs: number): Writing {
  let finished = false;
  const shown = writers.map(async (stream, index) =>
    located(feed, await writeStream(store, stream, 1 + (index % 3)), patienceMs),
  );
  const done = Promise.all(shown).then(() => undefined);
  const settle = () => {
    finished = true;
  };
  done.then(settle, settle);
  return { done, finished: () => finished };
}

interface Glance {
  readonly partition: string;
  readonly head: number;
  readonly events: readonly FedEvent[];
}

/** What a partition shows at this moment up to its head. */
async function glance(feed: EventFeed, partition: string): Promise<Glance> {
  const head = await feed.head(partition);
  const events = await readPartition(feed, partition);
  return { partition, head, events: events.filter(({ position }) => position <= head) };
}

export const live: readonly LogCase[] = [
  {
    defends: "G3",
    title: "shows a consumer that follows every event once and in order while 8 writers append",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const partitions = await eventFeed.partitions();
      const writing = writeAll(eventStore, eventFeed, patienceMs);

      const followed = await Promise.all(partitions.map((partition) => follow(eventFeed, partition, writing.finished)));
      await writing.done;

      expect(versionsByStream(followed.flat())).toEqual(written);
      expect(followed.flat()).toEqual(await readFeed(eventFeed));
    },
  },
  {
    defends: "G3",
    title: "never shows an event at or before a position that its head has passed",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const partitions = await eventFeed.partitions();
      const writing = writeAll(eventStore, eventFeed, patienceMs);
      const glances: Glance[] = [];
      while (!writing.finished()) {
        for (const partition of partitions) glances.push(await glance(eventFeed, partition));
        await turn();
      }
      await writing.done;

      const final = new Map<string, FedEvent[]>();
      for (const partition of partitions) final.set(partition, await readPartition(eventFeed, partition));
      expect(glances.length).toBeGreaterThan(0);
      for (const { partition, head, events } of glances) {
        expect(final.get(partition)?.filter(({ position }) => position <= head)).toEqual(events);
      }
    },
  },
  {
    defends: "G3",
    title: "never has its head before or beyond what it shows, not while 8 writers append either",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const writing = writeAll(eventStore, eventFeed, patienceMs);
      while (!writing.finished()) {
        for (const partition of await eventFeed.partitions()) {
          const { head, events } = await glance(eventFeed, partition);
          expect(events.at(-1)?.position ?? 0).toBe(head);
        }
        await turn();
      }
      await writing.done;

      const heads = await Promise.all((await eventFeed.partitions()).map((partition) => eventFeed.head(partition)));
      expect(Math.max(...heads)).toBeGreaterThan(0);
    },
  },
];
