/** G6: tokens lead to points in the feed. Wake-ups tell when to look there. */
import { expect } from "vitest";
import { append, type LogCase, versionsOf } from "../event-store/log-case.ts";
import { eventually } from "../eventually.ts";
import { incremented, range, receipt, write } from "../example.ts";
import { located, seenAt } from "./following.ts";

/** None of these can be a token, whatever an adapter's tokens look like. */
const garbage = [
  "",
  " ",
  "garbage",
  "0:",
  "0:-1",
  "0:1.5",
  "0:1;DROP TABLE events",
  "💥",
  "null",
  "{}",
  "x".repeat(10_000),
];

export const tokens: readonly LogCase[] = [
  {
    defends: "G6",
    title: "locates the token of an append at points that include its events and that the feed has reached",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      for (const version of range(5)) {
        const token = await append(eventStore, write("counter-1", version, [incremented(version)]));
        const points = await located(eventFeed, token, patienceMs);

        const seen = await seenAt(eventFeed, points);
        expect(versionsOf(seen.filter(({ stream }) => stream === "counter-1"))).toEqual(
          range(version + 1).map((index) => index + 1),
        );
        for (const { partition, position } of points) {
          expect(position).toBeLessThanOrEqual(await eventFeed.head(partition));
          const { events } = await eventFeed.read(partition, position - 1, 1);
          expect(events).toMatchObject([{ stream: "counter-1", position }]);
        }
      }
    },
  },
  {
    defends: "G6",
    title: "locates the tokens of 80 concurrent appends no sooner than their events show",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const writeAndSee = async (stream: string) => {
        for (const version of range(10)) {
          const token = await append(eventStore, write(stream, version, [incremented(version)]));
          const seen = await seenAt(eventFeed, await located(eventFeed, token, patienceMs));
          expect(versionsOf(seen.filter((event) => event.stream === stream))).toEqual(
            range(version + 1).map((index) => index + 1),
          );
        }
      };

      await Promise.all(range(8).map((index) => writeAndSee(`counter-${index}`)));
    },
  },
  {
    defends: "G6",
    title:
      "locates the token of each of 30 concurrent appends at events of its own, told at first or again, also where others lose",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      await append(eventStore, write("counter-taken", 0));
      const appendTo = async (stream: string, index: number) => {
        const events = range(1 + (index % 3)).map((by) => incremented(by));
        const result = await eventStore.append([write(stream, 0, events, [receipt(stream, events.length)])]);
        if (!result.ok) return [];
        const [told] = await eventStore.receipts(stream, [stream]);
        return [result.token, told?.token as string].map((token) => ({ stream, token }));
      };
      const streams = range(30).map((index) => `counter-${index % 10 === 4 ? "taken" : index}`);

      const tokens = (await Promise.all(streams.map(appendTo))).flat();

      expect(tokens).toHaveLength(2 * 27);
      for (const { stream, token } of tokens) {
        for (const { partition, position } of await located(eventFeed, token, patienceMs)) {
          const { events } = await eventFeed.read(partition, position - 1, 1);
          expect(events).toMatchObject([{ stream }]);
        }
      }
    },
  },
  {
    defends: "G6",
    title: "locates the token of one append to several streams at points that include them all",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const width = Math.min(8, eventStore.capabilities.streamsPerAppend);
      const streams = range(width).map((index) => `counter-${index}`);
      await append(eventStore, write("counter-0", 0));

      const token = await append(eventStore, ...streams.map((stream, index) => write(stream, index === 0 ? 1 : 0)));

      const seen = await seenAt(eventFeed, await located(eventFeed, token, patienceMs));
      for (const stream of streams) {
        expect(versionsOf(seen.filter((event) => event.stream === stream))).toEqual(
          stream === "counter-0" ? [1, 2] : [1],
        );
      }
    },
  },
  {
    defends: "G6",
    title: "locates the token of a command without events, after the events that the command saw",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const unseen = await append(eventStore, write("counter-1", 0, [], [receipt("first", 0)]));
      await append(eventStore, write("counter-1", 0, [incremented(1), incremented(2)]));
      const token = await append(eventStore, write("counter-1", 2, [], [receipt("nothing", 2)]));

      const seen = await seenAt(eventFeed, await located(eventFeed, token, patienceMs));

      expect(versionsOf(seen)).toEqual([1, 2]);
      expect(await located(eventFeed, unseen, patienceMs)).toBeDefined();
    },
  },
  {
    defends: "G6",
    title: "locates the token that a repeated command gets back",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      await append(eventStore, write("counter-1", 0, [incremented(1)], [receipt("once", 1)]));

      const [found] = await eventStore.receipts("counter-1", ["once"]);

      const seen = await seenAt(eventFeed, await located(eventFeed, found?.token as string, patienceMs));
      expect(versionsOf(seen)).toEqual([1]);
    },
  },
  {
    defends: "G6",
    title: "refuses text that is no token",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      await located(eventFeed, await append(eventStore, write("counter-1", 0)), patienceMs);

      for (const text of garbage) {
        await expect(eventFeed.locate(text), text).rejects.toMatchObject({ code: "invalid-token" });
      }
    },
  },
  {
    defends: "Port",
    title: "wakes its subscribers after appends, and not those who have left",
    async run({ eventStore, eventFeed }, { patienceMs }) {
      const woken: string[] = [];
      let earlier = 0;
      let never = 0;
      const stop = eventFeed.subscribe((partition) => woken.push(partition));
      const stopEarlier = eventFeed.subscribe(() => earlier++);
      eventFeed.subscribe(() => never++)();
      let version = 0;
      const appendUntil = (what: string, done: () => boolean) =>
        eventually(what, patienceMs, async () => {
          await append(eventStore, write("counter-1", version++));
          return done() || undefined;
        });

      await appendUntil("Two subscribers are woken", () => woken.length > 0 && earlier > 0);
      stopEarlier();
      const heard = { woken: woken.length, earlier };
      await appendUntil("A subscriber is woken again", () => woken.length > heard.woken);
      stop();

      expect(earlier).toBe(heard.earlier);
      expect(never).toBe(0);
      expect(await eventFeed.partitions()).toEqual(expect.arrayContaining(woken));
    },
  },
];
