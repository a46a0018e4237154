/** The consistency tokens that stand for everything this client has written. */

/** How many a server takes in one request, and how much text fits its headers beside others: Node takes 16 KB of them. */
const most = 64;
const mostText = 6_000;

/** The key of tokens that stand for several streams. */
const severalStreams = "";

export class Tokens {
  readonly #held = new Map<string, readonly string[]>();

  /**
   * To be called before a command is sent to a stream, and the result with the token it returned. A later token covers those of the
   * same stream that were known before its command began, but none of another stream: that one may be in another partition, or be
   * recorded later. Commands that ran at the same time may have been written in either order, so both tokens stay.
   */
  begin(stream: string): (outcome: { readonly token: string; readonly replayed: boolean }) => void {
    const covered = this.#of(stream);
    return ({ token, replayed }) => {
      const outdated = replayed ? [] : covered;
      const kept = this.#of(stream).filter((held) => !outdated.includes(held) && held !== token);
      this.#held.set(stream, [...kept, token]);
    };
  }

  /** A token of several streams covers none before it: each of theirs may be in another partition. */
  add(token: string): void {
    this.#held.set(severalStreams, [...this.#of(severalStreams), token]);
  }

  /** `token` stands for `tokens` from now on. */
  replace(tokens: readonly string[], token: string): void {
    const replaced = new Set(tokens);
    let found = false;
    for (const [stream, held] of this.#held) {
      const kept = held.filter((known) => !replaced.has(known));
      found ||= kept.length < held.length;
      if (kept.length > 0) this.#held.set(stream, kept);
      else this.#held.delete(stream);
    }
    if (found) this.add(token);
  }

  /** All that is held, in as many parts as requests are needed to send it: one at least, which may be empty. */
  parts(): readonly (readonly string[])[] {
    let part: string[] = [];
    let text = 0;
    const parts = [part];
    for (const token of [...this.#held.values()].flat()) {
      text += token.length;
      if (part.length === most || (part.length > 0 && text > mostText)) {
        part = [];
        parts.push(part);
        text = token.length;
      }
      part.push(token);
    }
    return parts;
  }

  #of(stream: string): readonly string[] {
    return this.#held.get(stream) ?? [];
  }
}
