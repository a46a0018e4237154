/** The event store in memory: the shortest correct reading of the port. */
import type { AppendResult, CommandReceipt, EventStore, StreamWrite } from "../port/event-store.ts";
import { checkTexts } from "../port/kept-text.ts";
import { type MemoryLog, tokenOf } from "./memory-log.ts";

/** What is appended shows at once in a `memoryEventFeed` of the same log. */
export function memoryEventStore(log: MemoryLog): EventStore {
  return {
    capabilities: { streamsPerAppend: Number.POSITIVE_INFINITY },

    async append(writes) {
      checkTexts(writes);
      return duplicates(log, writes) ?? conflict(log, writes) ?? { ok: true, token: tokenOf(log.write(writes)) };
    },

    async read(stream, { after, limit }) {
      return log.find(stream)?.events.slice(after, after + limit) ?? [];
    },

    async receipts(stream, commandIds) {
      return receiptsOf(log, stream, commandIds);
    },

    async listReceipts({ after = "0", limit }) {
      const end = Number(after) + limit;
      const receipts = log.receipts.slice(Number(after), end);
      return { receipts, ...(end < log.receipts.length && { next: String(end) }) };
    },

    async readSnapshot(stream) {
      return log.find(stream)?.snapshot;
    },

    async writeSnapshot(stream, snapshot) {
      const known = log.stream(stream);
      if (!known.snapshot || known.snapshot.version <= snapshot.version) known.snapshot = { ...snapshot };
    },
  };
}

function duplicates(log: MemoryLog, writes: readonly StreamWrite[]): AppendResult | undefined {
  const receipts = writes.flatMap(({ stream, receipts: wanted }) =>
    receiptsOf(
      log,
      stream,
      wanted.map(({ commandId }) => commandId),
    ),
  );
  return receipts.length > 0 ? { ok: false, reason: "duplicate-command", receipts } : undefined;
}

function conflict(log: MemoryLog, writes: readonly StreamWrite[]): AppendResult | undefined {
  const lost = writes.find(({ stream, expected }) => log.versionOf(stream) !== expected);
  return lost && { ok: false, reason: "version-conflict", stream: lost.stream, actual: log.versionOf(lost.stream) };
}

function receiptsOf(log: MemoryLog, stream: string, commandIds: readonly string[]): CommandReceipt[] {
  return commandIds.flatMap((commandId) => log.find(stream)?.receipts.get(commandId) ?? []);
}
