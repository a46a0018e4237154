/** The port to the log, as commands see it: streams of events, appended conditionally. */
import type { EventMetadata } from "../definition/event.ts";

/** An event on its way into a stream. */
export interface EventToAppend {
  /** `<aggregate>.<Event>`. */
  readonly type: string;
  readonly schemaVersion: number;
  /** JSON text. Stores keep it as it is. */
  readonly data: string;
  /** Milliseconds since 1970, from the application's clock. */
  readonly recordedAt: number;
  readonly metadata: EventMetadata;
}

/** An event in its stream. */
export interface StoredEvent extends EventToAppend {
  readonly stream: string;
  /** 1-based and gapless within the stream. */
  readonly version: number;
}

/** Proof that a command was executed on a stream, written in the same append as its events. */
export interface ReceiptToAppend {
  readonly commandId: string;
  /** Digest of the command's name and payload: tells a retry from another command under the same id. */
  readonly fingerprint: string;
  /** Version of the stream after this command. */
  readonly version: number;
}

export interface CommandReceipt extends ReceiptToAppend {
  readonly stream: string;
  /** Consistency token of the append that executed the command. */
  readonly token: string;
}

export interface ReceiptPage {
  readonly receipts: readonly CommandReceipt[];
  /** Where to read on; opaque. */
  readonly next?: string;
}

export interface StreamWrite {
  readonly stream: string;
  /** The version the stream must have now; 0 for a stream that must not exist. */
  readonly expected: number;
  /** In order. May be empty: an accepted command without events still leaves its receipt. */
  readonly events: readonly EventToAppend[];
  readonly receipts: readonly ReceiptToAppend[];
}

export type AppendResult =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly reason: "version-conflict"; readonly stream: string; readonly actual: number }
  /** These commands were executed before. Nothing of this append was written. */
  | { readonly ok: false; readonly reason: "duplicate-command"; readonly receipts: readonly CommandReceipt[] };

export interface StoredSnapshot {
  /** Version of the stream that the state includes. */
  readonly version: number;
  /** `snapshot.version` of the aggregate that wrote it. */
  readonly schemaVersion: number;
  /** JSON text. */
  readonly state: string;
}

export interface ReadOptions {
  readonly after: number;
  readonly limit: number;
  /** The newest events may be missing, where that makes the read cheaper: for a caller whose conditional append will tell. */
  readonly mayBeStale?: boolean;
}

export interface EventStoreCapabilities {
  /** How many streams one append may write atomically. */
  readonly streamsPerAppend: number;
  /** Whether a read that `mayBeStale` is cheaper. */
  readonly staleReads?: boolean;
}

/**
 * The log as commands see it. All methods reject with `StoreFailureError` when the engine fails; an append that rejects may or may
 * not have been written, which its receipts tell on retry.
 */
export interface EventStore {
  readonly capabilities: EventStoreCapabilities;

  /**
   * Appends to one stream or several, all or nothing (G1), durably once it resolves. A stream whose version is not `expected`
   * gives `version-conflict`; a receipt that exists already for its stream gives `duplicate-command` with what it recorded (G2),
   * also when the version of its stream, or of another one, does not match. At least one stream, each named once; a command id once
   * per stream.
   * @throws InvalidEventError for text with U+0000 or half a surrogate pair, before anything is written (G9): see `checkTexts`.
   */
  append(writes: readonly StreamWrite[]): Promise<AppendResult>;

  /** Events of a stream with `version > after`, in version order, at most `limit`. Empty for an unknown stream. */
  read(stream: string, options: ReadOptions): Promise<readonly StoredEvent[]>;

  /** The receipts among `commandIds` that the stream holds, in any order. */
  receipts(stream: string, commandIds: readonly string[]): Promise<readonly CommandReceipt[]>;

  /**
   * Every receipt there is, a page at a time, in an order that does not change: for copies of the whole log. `after` is the `next` of
   * the page before; no `next` means that this was the last page. At most `limit`, which a page may fall short of.
   */
  listReceipts(options: { readonly after?: string; readonly limit: number }): Promise<ReceiptPage>;

  /** The snapshot of the highest version written for the stream, if any. */
  readSnapshot(stream: string): Promise<StoredSnapshot | undefined>;

  /** Keeps a snapshot in place of an older one. A snapshot is a cache: losing one loses nothing. */
  writeSnapshot(stream: string, snapshot: StoredSnapshot): Promise<void>;
}
