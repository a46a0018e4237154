/** Writes the log of an engine into one file. */
import { createHash } from "node:crypto";
import type { Engine } from "foldstream/port";
import { engineSource } from "../log/engine-source.ts";
import { eventDigest, type LogDigest, receiptDigest } from "../log/log-digest.ts";
import type { LogReading } from "../log/log-source.ts";
import type { TransferOptions } from "../progress.ts";
import { type BackupHeader, eventLine, formatName, formatVersion, receiptLine } from "./format.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * Every event and every receipt, compressed, with checksums. The file has its name only once it is whole and on disk; an older one of that
 * name is replaced then. The engine may be at work meanwhile: each stream is in the file up to one version, with the receipts up to
 * that version.
 * @throws TransferError `unusable-file`
 */
export async function writeBackup(engine: Engine, path: string, options: TransferOptions = {}): Promise<LogDigest> {
  const backup = new BackupText(engine, options);
  await writeWhole(path, backup.pages(), options.signal);
  return backup.written();
}

class BackupText {
  readonly #engine: Engine;
  readonly #options: TransferOptions;
  readonly #reading: LogReading;
  readonly #hash = createHash("sha256");
  readonly #events = eventDigest();
  readonly #receipts = receiptDigest();
  /** Up to where the file has each stream. */
  readonly #versions = new Map<string, number>();

  constructor(engine: Engine, options: TransferOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#reading = engineSource(engine).read();
  }

  async *pages(): AsyncGenerator<string> {
    yield this.#hashed([JSON.stringify(await headerOf(this.#engine))]);
    yield* this.#eventPages();
    yield* this.#receiptPages();
    yield `${JSON.stringify({ kind: "footer", ...this.written(), sha256: this.#hash.digest("hex") })}\n`;
  }

  written(): LogDigest {
    return { events: this.#events.result(), receipts: this.#receipts.result() };
  }

  async *#eventPages(): AsyncGenerator<string> {
    for await (const page of this.#reading.events()) {
      this.#events.add(page);
      for (const { stream, version } of page) this.#versions.set(stream, version);
      yield this.#hashed(page.map(eventLine));
      this.#options.onProgress?.({ phase: "events", done: this.#events.count, share: this.#reading.share() });
    }
  }

  /** Without those of later events: such a command would count as executed, and what it did would be missing. */
  async *#receiptPages(): AsyncGenerator<string> {
    for await (const page of this.#reading.receipts()) {
      const due = page.filter(({ stream, version }) => version <= (this.#versions.get(stream) ?? 0));
      this.#receipts.add(due);
      yield this.#hashed(due.map(receiptLine));
      this.#options.onProgress?.({ phase: "receipts", done: this.#receipts.count });
    }
  }

  #hashed(lines: readonly string[]): string {
    const text = lines.map((line) => `${line}\n`).join("");
    this.#hash.update(text);
    return text;
  }
}

async function headerOf({ eventFeed }: Engine): Promise<BackupHeader> {
  const names = await eventFeed.partitions();
  const partitions = await Promise.all(names.map(async (name) => ({ name, head: await eventFeed.head(name) })));
  return { kind: "header", format: formatName, formatVersion, createdAt: new Date().toISOString(), partitions };
}
