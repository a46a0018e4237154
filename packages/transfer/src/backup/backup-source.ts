/** A backup as something to copy from. */
import type { StoredEvent } from "foldstream/port";
import type { CopiedReceipt, LogReading, LogSource } from "../log/log-source.ts";
import { BackupLines } from "./backup-lines.ts";
import { eventStart, receiptStart } from "./format.ts";

/** Of a file that was verified, and has that many events. */
export function backupSource(path: string, events: number): LogSource {
  return { name: "the backup", mayGrow: false, read: () => readingOf(path, events) };
}

function readingOf(path: string, total: number): LogReading {
  let given = 0;
  return {
    async *events() {
      for await (const page of new BackupLines(path).pages()) {
        const events = page.filter((line) => line.startsWith(eventStart));
        given += events.length;
        if (events.length > 0) yield events.map((line) => JSON.parse(line) as StoredEvent);
        if (page.at(-1)?.startsWith(receiptStart)) return;
      }
    },

    async *receipts() {
      for await (const page of new BackupLines(path).pages()) {
        const receipts = page.filter((line) => line.startsWith(receiptStart));
        if (receipts.length > 0) yield receipts.map((line) => JSON.parse(line) as CopiedReceipt);
      }
    },

    share: () => given / total,
  };
}
