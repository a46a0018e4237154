/** Event stores that break G2: a mistake each in remembering commands. */
import type { CommandReceipt, StreamWrite } from "foldstream/port";
import { conflict, rewriting, versionOf } from "./breaking-stores.ts";
import { brokenStore } from "./memory-log.ts";

export const brokenReceipts = [
  brokenStore(
    "ignores receipts, so a retry is executed twice",
    "G2 answers a repeated command with its first receipt, and writes nothing",
    rewriting((write) => ({ ...write, receipts: [] })),
  ),
  brokenStore(
    "keeps no receipt of a command without events",
    "G2 remembers a command that led to no event, on a new stream too",
    rewriting((write) => ({ ...write, receipts: write.events.length > 0 ? write.receipts : [] })),
  ),
  brokenStore("shares receipts among streams", "G2 keeps the receipts of each stream apart", (store) => {
    const known = new Map<string, CommandReceipt>();
    return {
      async append(writes) {
        const ids = writes.flatMap(({ receipts }) => receipts.map(({ commandId }) => commandId));
        const repeats = ids.flatMap((id) => known.get(id) ?? []);
        if (repeats.length > 0) return { ok: false, reason: "duplicate-command", receipts: repeats };
        const result = await store.append(writes);
        for (const { stream, receipts } of result.ok ? writes : []) {
          for (const receipt of await store.receipts(
            stream,
            receipts.map(({ commandId }) => commandId),
          )) {
            known.set(receipt.commandId, receipt);
          }
        }
        return result;
      },
    };
  }),
  brokenStore(
    "compares command ids without case",
    "G2 keeps commands apart whose ids differ in case only",
    rewriting((write) => ({
      ...write,
      receipts: write.receipts.map((receipt) => ({ ...receipt, commandId: receipt.commandId.toLowerCase() })),
    })),
  ),
  brokenStore(
    "looks at versions before it looks at receipts",
    "G2 recognizes a repeated command although the stream has moved on since",
    (store) => ({
      async append(writes) {
        for (const { stream, expected } of writes) {
          const actual = await versionOf(store, stream);
          if (actual !== expected) return conflict(stream, actual);
        }
        return store.append(writes);
      },
    }),
  ),
  brokenStore(
    "looks at the receipts first and forgets them until it has written",
    "G2 executes a command once that 20 concurrent appends carry",
    (store) => ({
      async append(writes) {
        const [{ stream, receipts }] = writes as [StreamWrite];
        const repeats = await store.receipts(
          stream,
          receipts.map(({ commandId }) => commandId),
        );
        if (repeats.length > 0) return { ok: false, reason: "duplicate-command", receipts: repeats };
        const renamed = receipts.map((receipt, index) => ({
          ...receipt,
          commandId: `${receipt.commandId} ${Math.random()} ${index}`,
        }));
        return store.append(writes.map((write, index) => (index === 0 ? { ...write, receipts: renamed } : write)));
      },
    }),
  ),
  brokenStore(
    "writes the rest of an append in which a command is a repeat",
    "G2 writes nothing of an append in which one of many commands is a repeat, and names that one",
    (store) => ({
      async append(writes) {
        const result = await store.append(writes);
        if (result.ok || result.reason === "version-conflict") return result;
        const repeated = new Set(result.receipts.map(({ commandId }) => commandId));
        const fresh = writes.map((write) => ({
          ...write,
          receipts: write.receipts.filter(({ commandId }) => !repeated.has(commandId)),
        }));
        await store.append(fresh);
        return result;
      },
    }),
  ),
  brokenStore("names only the first repeat", "G2 names every repeat among the commands of an append", (store) => ({
    async append(writes) {
      const result = await store.append(writes);
      if (result.ok || result.reason === "version-conflict") return result;
      return { ...result, receipts: result.receipts.slice(0, 1) };
    },
  })),
  brokenStore(
    "keeps the receipts of the first stream of an append only",
    "G2 takes one command over several streams, and answers its repeat for each of them",
    (store) => ({
      append: (writes) =>
        store.append(writes.map((write, index) => (index === 0 ? write : { ...write, receipts: [] }))),
    }),
  ),
  brokenStore(
    "answers a repeat with the receipt that the repeat brought",
    "G2 answers a repeated command with its first receipt, and writes nothing",
    (store) => ({
      async append(writes) {
        const result = await store.append(writes);
        if (result.ok || result.reason === "version-conflict") return result;
        const brought = writes.flatMap(({ stream, receipts }) =>
          receipts.map((receipt) => ({ ...receipt, stream, token: "0:0" })),
        );
        return { ...result, receipts: brought };
      },
    }),
  ),
  brokenStore(
    "stops at the first stream that conflicts, before it has looked for repeats on the others",
    "G2 names a repeat on one stream before a conflict on another, which comes first",
    (store) => ({
      async append(writes) {
        for (const write of writes) {
          const repeats = await store.receipts(
            write.stream,
            write.receipts.map(({ commandId }) => commandId),
          );
          if (repeats.length > 0) break;
          const actual = await versionOf(store, write.stream);
          if (actual !== write.expected) return conflict(write.stream, actual);
        }
        return store.append(writes);
      },
    }),
  ),
  brokenStore(
    "stops at the last stream that conflicts, before it has looked for repeats on the others",
    "G2 names a repeat on one stream before a conflict on another, which comes later",
    (store) => ({
      async append(writes) {
        for (const write of writes.toReversed()) {
          const repeats = await store.receipts(
            write.stream,
            write.receipts.map(({ commandId }) => commandId),
          );
          if (repeats.length > 0) break;
          const actual = await versionOf(store, write.stream);
          if (actual !== write.expected) return conflict(write.stream, actual);
        }
        return store.append(writes);
      },
    }),
  ),
  brokenStore(
    "gives the receipts of all commands, whichever are asked for",
    "G2 tells which of some commands a stream has executed",
    (store) => ({ receipts: (stream, ids) => store.receipts(stream, [...ids, "b"]) }),
  ),
  brokenStore(
    "gives up on receipts after 500 commands",
    "G2 remembers a command after 1,000 later ones on the same stream",
    (store) => {
      let seen = 0;
      return {
        async append(writes) {
          seen += writes.flatMap(({ receipts }) => receipts).length;
          return store.append(seen > 500 ? writes.map((write) => ({ ...write, receipts: [] })) : writes);
        },
      };
    },
  ),
];
