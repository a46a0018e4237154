/** Reads a backup from its first line to its last, and believes nothing. */
import { createHash } from "node:crypto";
import { eventDigest, type LogDigest, receiptDigest } from "../log/log-digest.ts";
import type { TransferOptions } from "../progress.ts";
import { BackupLines } from "./backup-lines.ts";
import {
  type BackupFooter,
  type BackupHeader,
  type BackupLine,
  formatName,
  formatVersion,
  parseLine,
} from "./format.ts";

export interface VerifiedBackup {
  readonly path: string;
  readonly createdAt: string;
  readonly log: LogDigest;
}

/**
 * Checks that the file is whole and as it was written: compression, order and form of the lines, counts, digests and checksum.
 * @throws TransferError `damaged-backup` with the place, `not-a-backup` or `unusable-file`
 */
export async function verifyBackup(
  path: string,
  { signal, onProgress }: TransferOptions = {},
): Promise<VerifiedBackup> {
  const lines = new BackupLines(path);
  const check = new BackupCheck(lines);
  for await (const page of lines.pages()) {
    signal?.throwIfAborted();
    for (const [index, text] of page.entries()) check.line(text, index);
    onProgress?.({ phase: "verify", done: check.events, share: lines.share() });
  }
  return { path, ...check.end() };
}

/** The order of the lines: each kind may be followed by itself or by a later one. */
const order = ["header", "event", "receipt", "footer"] as const;

class BackupCheck {
  readonly #lines: BackupLines;
  readonly #hash = createHash("sha256");
  readonly #events = eventDigest();
  readonly #receipts = receiptDigest();
  #header: BackupHeader | undefined;
  #footer: BackupFooter | undefined;
  #last: BackupLine["kind"] = "header";

  constructor(lines: BackupLines) {
    this.#lines = lines;
  }

  get events(): number {
    return this.#events.count;
  }

  line(text: string, index: number): void {
    const line = parseLine(text);
    if (!this.#header) this.#header = this.#asHeader(line);
    else if (!line) throw this.#lines.damaged("it is not a line of a backup", index);
    else this.#take(line, index);
    if (line?.kind !== "footer") this.#hash.update(text).update("\n");
  }

  end(): Omit<VerifiedBackup, "path"> {
    if (!this.#header) throw this.#lines.foreign("it is empty");
    if (!this.#footer) throw this.#lines.damaged("the footer is missing");
    return { createdAt: this.#header.createdAt, log: this.#log() };
  }

  #asHeader(line: BackupLine | undefined): BackupHeader {
    if (line?.kind !== "header" || line.format !== formatName) throw this.#lines.foreign("its first line is no header");
    if (line.formatVersion !== formatVersion)
      throw this.#lines.foreign(
        `it has format version ${line.formatVersion}, expected ${formatVersion}; update foldstream`,
      );
    return line;
  }

  #take(line: BackupLine, index: number): void {
    const isLate = order.indexOf(line.kind) < order.indexOf(this.#last);
    if (isLate || this.#footer || line.kind === "header")
      throw this.#lines.damaged(`a ${line.kind} after a ${this.#last}`, index);
    this.#last = line.kind;
    if (line.kind === "event") this.#events.add([line]);
    else if (line.kind === "receipt") this.#receipts.add([line]);
    else this.#close(line, index);
  }

  #close(footer: BackupFooter, index: number): void {
    this.#footer = footer;
    const log = this.#log();
    for (const part of ["events", "receipts"] as const) {
      const [told, found] = [footer[part], log[part]];
      if (told.count !== found.count)
        throw this.#lines.damaged(`the footer counts ${told.count} ${part}, the file has ${found.count}`, index);
      if (told.digest !== found.digest)
        throw this.#lines.damaged(`the digest of the ${part} is not the one in the footer`, index);
    }
    if (this.#hash.digest("hex") !== footer.sha256)
      throw this.#lines.damaged("the SHA-256 of the lines before the footer is not the one in the footer", index);
  }

  #log(): LogDigest {
    return { events: this.#events.result(), receipts: this.#receipts.result() };
  }
}
