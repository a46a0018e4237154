/** Reads the lines of a backup, and knows where it is when the file turns out to be damaged. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { TransferError } from "../errors.ts";
import { unusableFile } from "./unusable-file.ts";

/** No line of ours comes near it; without a bound, a file without line ends would fill the memory. */
const longestLine = 128 * 1_024 * 1_024;

/** RFC 1952, 2.3.1. */
const gzipStart = Buffer.from([0x1f, 0x8b]);
const behindTheEnd = "more follows after the end of the compressed data";

/** At a time, compressed. About two thousand events. */
const readBytes = 128 * 1_024;

export class BackupLines {
  readonly #path: string;
  #size = 0;
  #read = 0;
  /** Lines that were given. */
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** From 0 to 1, by compressed bytes. */
  share(): number {
    return this.#size === 0 ? 0 : this.#read / this.#size;
  }

  /** Whole lines, as many at a time as come out of the file together. @throws TransferError */
  async *pages(): AsyncGenerator<readonly string[]> {
    try {
      await this.#look();
      yield* this.#unzipped();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  async #look(): Promise<void> {
    const file = await open(this.#path);
    try {
      this.#size = (await file.stat()).size;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(gzipStart.length));
      if (bytesRead === 0) throw this.foreign("it is empty");
      if (!buffer.subarray(0, bytesRead).equals(gzipStart.subarray(0, bytesRead)))
        throw this.foreign("it is not compressed with gzip");
    } finally {
      await file.close();
    }
  }

  async *#unzipped(): AsyncGenerator<readonly string[]> {
    const file = createReadStream(this.#path, { highWaterMark: readBytes });
    const gunzip = createGunzip({ chunkSize: 4 * readBytes });
    file.on("error", (error) => gunzip.destroy(error));
    try {
      yield* this.#pages(file.pipe(gunzip).setEncoding("utf8"));
      if (gunzip.bytesWritten < this.#size) throw this.damaged(behindTheEnd);
    } finally {
      file.destroy();
      gunzip.destroy();
    }
  }

  async *#pages(texts: AsyncIterable<string> & { readonly bytesWritten: number }): AsyncGenerator<readonly string[]> {
    let rest = "";
    for await (const text of texts) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.#read = texts.bytesWritten;
      if (lines.length > 0) yield lines;
      this.#lines += lines.length;
      if (rest.length > longestLine) throw this.damaged("a line does not end");
    }
    if (rest !== "") throw this.damaged("the last line does not end");
  }

  /** `line` counts from 0 within the page that was given last. */
  damaged(what: string, line = 0): TransferError {
    return new TransferError(
      "damaged-backup",
      `The backup ${this.#path} is damaged at line ${this.#lines + line + 1}: ${what}. Nothing was restored from it. Use another backup.`,
    );
  }

  foreign(what: string): TransferError {
    return new TransferError("not-a-backup", `${this.#path} is not a backup that this release can read: ${what}.`);
  }

  #explained(error: unknown): unknown {
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    if (syscall !== undefined) return unusableFile("read", this.#path, error);
    if (!code.startsWith("Z_")) return error;
    const { message } = error as Error;
    if (message === "unexpected end of file") return this.damaged(`the file is cut off, after ${this.#size} bytes`);
    if (message === "incorrect header check") return this.damaged(behindTheEnd);
    return this.damaged(`${message} in the compressed data, near byte ${this.#read} of ${this.#size}`);
  }
}
