/** Event stores that break G1: a mistake each in appending under a condition. */
import type { AppendResult, StreamWrite } from "foldstream/port";
import { conflict, force, reading, rebased, remembering, renaming, versionOf } from "./breaking-stores.ts";
import { brokenStore } from "./memory-log.ts";

export const brokenAppends = [
  brokenStore(
    "accepts an expected version that is too low, so an update is lost",
    "G1 refuses an expected version that is too low, and names the actual one",
    (store) => ({ append: async (writes) => store.append(await rebased(store, writes, Math.max)) }),
  ),
  brokenStore(
    "accepts an expected version that is too high",
    "G1 refuses an expected version that is too high, and leaves no gap",
    (store) => ({ append: async (writes) => store.append(await rebased(store, writes, Math.min)) }),
  ),
  brokenStore(
    "creates a stream at any version",
    "G1 refuses any other version for a stream that does not exist",
    (store) => ({
      append: async (writes) =>
        store.append(await rebased(store, writes, (expected, actual) => (actual === 0 ? 0 : expected))),
    }),
  ),
  brokenStore("takes version 0 to mean any version", "G1 refuses version 0 for a stream that exists", (store) => ({
    append: async (writes) =>
      store.append(await rebased(store, writes, (expected, actual) => (expected === 0 ? actual : expected))),
  })),
  brokenStore(
    "checks the version first and writes later",
    "G1 lets exactly one of 20 concurrent appends at the same version win",
    (store) => ({
      async append(writes) {
        const [{ stream, expected }] = writes as [StreamWrite];
        const actual = await versionOf(store, stream);
        if (actual !== expected) return conflict(stream, actual);
        return force(store, writes);
      },
    }),
  ),
  brokenStore(
    "loses a write now and then that it has acknowledged",
    "G1 ends exact and gapless after 400 appends of 20 writers that race and retry",
    (store) => {
      let appends = 0;
      return { append: async (writes) => (++appends % 50 === 0 ? { ok: true, token: "0:0" } : store.append(writes)) };
    },
  ),
  brokenStore(
    "numbers versions from 0",
    "G1 numbers the events of a stream from 1, without gaps, over several appends",
    reading((event) => ({ ...event, version: event.version - 1 })),
  ),
  brokenStore(
    "names the version that the caller expected as the actual one",
    "G1 refuses an expected version that is too low, and names the actual one",
    (store) => ({
      async append(writes) {
        const result = await store.append(writes);
        if (result.ok || result.reason === "duplicate-command") return result;
        return conflict(result.stream, writes.find(({ stream }) => stream === result.stream)?.expected ?? 0);
      },
    }),
  ),
  brokenStore(
    "reports a conflict, but has written the events",
    "G1 refuses an expected version that is too low, and names the actual one",
    (store) => ({
      async append(writes) {
        const result = await store.append(writes);
        if (!result.ok && result.reason === "version-conflict")
          await store.append(await rebased(store, writes, (_, actual) => actual));
        return result;
      },
    }),
  ),
  brokenStore("keeps the receipts of an append that lost", "G1 keeps no receipt of an append that lost", (store) => ({
    async append(writes) {
      const result = await store.append(writes);
      if (result.ok || result.reason === "duplicate-command") return result;
      const bare = writes.map((write) => ({ ...write, events: [] }));
      await force(store, bare);
      return result;
    },
  })),
  brokenStore(
    "does not check the version of a stream without events",
    "G1 checks the version of a stream to which it appends no event",
    (store) => ({
      async append(writes) {
        const current = await rebased(store, writes, (_, now) => now);
        return store.append(
          writes.map((write, index) => (write.events.length > 0 ? write : (current[index] ?? write))),
        );
      },
    }),
  ),
  brokenStore(
    "leaves out streams without events",
    "G1 holds an append to the version of a stream that it only checks",
    (store) => ({
      append: (writes) => store.append(writes.filter(({ events, receipts }) => events.length + receipts.length > 0)),
    }),
  ),
  brokenStore(
    "appends to one stream after the other, so an append is torn",
    "G1 writes to none of several streams when the last of them has moved on",
    (store) => ({
      async append(writes) {
        let result = await store.append(writes.slice(0, 1));
        for (const write of writes.slice(1)) if (result.ok) result = await store.append([write]);
        return result;
      },
    }),
  ),
  brokenStore(
    "appends to one stream after the other, last one first",
    "G1 writes to none of several streams when the first of them has moved on",
    (store) => ({
      async append(writes) {
        let result: AppendResult = { ok: true, token: "" };
        for (const write of writes.toReversed()) if (result.ok) result = await store.append([write]);
        return result;
      },
    }),
  ),
  brokenStore(
    "checks only the first and the last stream of an append",
    "G1 writes to none of several streams when the second of them has moved on",
    (store) => ({
      async append(writes) {
        const current = await rebased(store, writes, (_, now) => now);
        return store.append(
          writes.map((write, index) => (index % (writes.length - 1) === 0 ? write : (current[index] ?? write))),
        );
      },
    }),
  ),
  brokenStore(
    "appends to the first stream only",
    "G1 appends to several streams together, each at its own version",
    (store) => ({ append: (writes) => store.append(writes.slice(0, 1)) }),
  ),
  brokenStore(
    "tears an append over two streams when others append between",
    "G1 tears none of 100 racing appends over two streams, in whichever order they name them",
    (store) => ({
      async append(writes) {
        for (const write of writes) {
          const actual = await versionOf(store, write.stream);
          if (actual !== write.expected) return conflict(write.stream, actual);
        }
        let result: AppendResult = { ok: true, token: "" };
        for (const write of writes) result = await force(store, [write]);
        return result;
      },
    }),
  ),
  brokenStore(
    "loses appends to streams that it has not written lately",
    "G1 ends exact and gapless on each of 5 streams after 400 appends of 20 writers that race and retry",
    (store) => {
      const recent: string[] = [];
      return {
        async append(writes) {
          const known = writes.every(({ stream }) => recent.slice(-4).includes(stream));
          recent.push(...writes.map(({ stream }) => stream));
          if (known || recent.length < 20) return store.append(writes);
          return { ok: true, token: "0:0" };
        },
      };
    },
  ),
  brokenStore(
    "remembers the version that an append would have led to, although it was refused as a repeat",
    "G1 accepts what is right between repeated commands and conflicts on the same stream, all at once",
    remembering("duplicate-command"),
  ),
  brokenStore(
    "remembers the version that an append would have led to, although another stream refused it",
    "G1 accepts the first append to a stream among appends to it that are refused for another stream",
    remembering("version-conflict"),
  ),
  brokenStore(
    "compares the names of streams without case",
    "G1 keeps streams apart whose names differ in case, accents, spaces or how an accent is written",
    renaming((stream) => stream.toLowerCase()),
  ),
  brokenStore(
    "normalizes the names of streams",
    "G1 keeps streams apart whose names differ in case, accents, spaces or how an accent is written",
    renaming((stream) => stream.normalize("NFC").trim()),
  ),
];
