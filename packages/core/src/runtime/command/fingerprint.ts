/** Digest of a command, to tell a retry from a different command under the same id. */

/**
 * 64 bits as two decimal numbers, equal for values that are equal as JSON, whatever the order of their keys. FNV-1a (Fowler, Noll, Vo) in one 32-bit
 * lane, and the same with a shift mixed in, so that the lanes do not collide together, in the other. It guards against mistakes, not
 * against an attacker, who could simply choose another command id. The value is walked, not written as text first: this runs for
 * every command.
 */
export function fingerprint(command: string, data: unknown): string {
  const digest = new Digest();
  digest.text(command);
  digest.value(data ?? null);
  return digest.toString();
}

class Digest {
  #first = 0x811c9dc5;
  #second = 0x9e3779b9;

  value(value: unknown): void {
    if (typeof value === "string") this.text(value);
    else if (typeof value !== "object" || value === null) this.#scalar(String(value ?? null));
    else if (Array.isArray(value)) this.#list(value);
    else this.#record(value as Record<string, unknown>);
  }

  /** The length goes first, so that no text runs into what follows it. */
  text(text: string): void {
    this.#mix(0x22);
    this.#mix(text.length);
    this.#units(text);
  }

  #scalar(text: string): void {
    this.#mix(0x23);
    this.#units(text);
  }

  #list(list: readonly unknown[]): void {
    this.#mix(0x5b);
    this.#mix(list.length);
    for (const member of list) this.value(member);
  }

  #record(record: Record<string, unknown>): void {
    this.#mix(0x7b);
    for (const key of sorted(Object.keys(record))) {
      if (record[key] === undefined) continue;
      this.text(key);
      this.value(record[key]);
    }
    this.#mix(0x7d);
  }

  #units(text: string): void {
    let first = this.#first;
    let second = this.#second;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      first = Math.imul(first ^ unit, 0x01000193);
      second = Math.imul(second ^ unit ^ (second >>> 15), 0x01000193);
    }
    this.#first = first;
    this.#second = second;
  }

  #mix(unit: number): void {
    this.#first = Math.imul(this.#first ^ unit, 0x01000193);
    this.#second = Math.imul(this.#second ^ unit ^ (this.#second >>> 15), 0x01000193);
  }

  toString(): string {
    return `${this.#first >>> 0}.${this.#second >>> 0}`;
  }
}

/** Sorts in place, and only what is not sorted already. */
function sorted(keys: string[]): string[] {
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] as string) > (keys[index] as string)) return keys.sort();
  }
  return keys;
}
