/** The lines of a backup, as docs/reference/backup-format.md describes them. */
import type { StoredEvent } from "foldstream/port";
import type { Digest, LogDigest } from "../log/log-digest.ts";
import type { CopiedReceipt } from "../log/log-source.ts";

export const formatName = "foldstream-backup";
export const formatVersion = 1;

export interface BackupHeader {
  readonly kind: "header";
  readonly format: typeof formatName;
  readonly formatVersion: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The feed of the engine when the backup began: for those who look into it, not needed to restore. */
  readonly partitions: readonly { readonly name: string; readonly head: number }[];
}

export interface BackupFooter extends LogDigest {
  readonly kind: "footer";
  /** Of the uncompressed bytes of all lines before this one, line ends included: hexadecimal. */
  readonly sha256: string;
}

export type BackupLine =
  | BackupHeader
  | BackupFooter
  | ({ readonly kind: "event" } & StoredEvent)
  | ({ readonly kind: "receipt" } & CopiedReceipt);

/** `kind` comes first, so that a reader can tell lines apart by their beginning. */
export const eventStart = '{"kind":"event",';
export const receiptStart = '{"kind":"receipt",';

export function eventLine(event: StoredEvent): string {
  const { stream, version, type, schemaVersion, data, recordedAt, metadata } = event;
  return JSON.stringify({ kind: "event", stream, version, type, schemaVersion, recordedAt, metadata, data });
}

export function receiptLine({ stream, commandId, fingerprint, version }: CopiedReceipt): string {
  return JSON.stringify({ kind: "receipt", stream, version, commandId, fingerprint });
}

/** The line as what it says it is; `undefined` for text that is not JSON or lacks a field. */
export function parseLine(text: string): BackupLine | undefined {
  try {
    const line = JSON.parse(text) as BackupLine;
    return isWhole(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isWhole(line: BackupLine): boolean {
  switch (line?.kind) {
    case "header":
      return isText(line.createdAt) && Array.isArray(line.partitions);
    case "footer":
      return isText(line.sha256) && isDigest(line.events) && isDigest(line.receipts);
    case "event":
      return isPlaced(line) && [line.type, line.data, line.metadata?.commandId].every(isText) && areNumbers(line);
    case "receipt":
      return isPlaced(line) && isText(line.commandId) && isText(line.fingerprint);
    default:
      return false;
  }
}

const isText = (value: unknown) => typeof value === "string";
const isDigest = (value: Digest | undefined) => Number.isSafeInteger(value?.count) && isText(value?.digest);
const isPlaced = ({ stream, version }: CopiedReceipt | StoredEvent) => isText(stream) && Number.isSafeInteger(version);
const areNumbers = ({ schemaVersion, recordedAt }: StoredEvent) =>
  Number.isSafeInteger(schemaVersion) && Number.isFinite(recordedAt);
