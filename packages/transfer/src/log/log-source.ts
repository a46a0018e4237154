/** A log to copy from: an engine, or a backup of one. */
import type { CommandReceipt, ReceiptToAppend, StoredEvent } from "foldstream/port";

/** A receipt without the token, which means something to one engine only. */
export interface CopiedReceipt extends ReceiptToAppend {
  readonly stream: string;
}

/** One walk over a log. */
export interface LogReading {
  /** The events that this reading has not given yet, in pages. The events of a stream come in version order. */
  events(): AsyncIterable<readonly StoredEvent[]>;
  /** Every receipt there is, in pages. */
  receipts(): AsyncIterable<readonly CopiedReceipt[]>;
  /** How much of the last walk over events has been given, from 0 to 1. */
  share(): number;
}

export interface LogSource {
  /** What messages call it. */
  readonly name: string;
  /** Whether something may write to it while it is read. */
  readonly mayGrow: boolean;
  /** A new reading, from the first event. */
  read(): LogReading;
  /** The receipts of some commands of a stream. Absent where looking them up would mean to read everything. */
  receiptsOf?(stream: string, commandIds: readonly string[]): Promise<readonly CommandReceipt[]>;
}
