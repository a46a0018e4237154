/** One index: its records as they were published, what batches do to them, and how they are found. */
import { matcherOf, type StoredRecord } from "./filters.ts";
import { Refusal } from "./refusal.ts";

export type Settings = Readonly<Record<string, unknown>>;

export interface BatchEntry {
  readonly action: string;
  readonly body: StoredRecord;
}

interface Cursor {
  readonly filters: string;
  readonly hitsPerPage: number;
  readonly after: readonly number[];
  readonly afterId: string;
}

export class RecordIndex {
  settings: Settings = {};
  readonly #records = new Map<string, StoredRecord>();

  get(id: string): StoredRecord | undefined {
    return this.#records.get(id);
  }

  apply({ action, body }: BatchEntry): void {
    if (action === "deleteObject") return void this.#records.delete(body.objectID);
    const before = this.#records.get(body.objectID);
    const changed = partiallyUpdated(before, body);
    if (changed) this.#records.set(body.objectID, changed);
  }

  deleteBy(filters: string): void {
    for (const record of this.#matching(filters)) this.#records.delete(record.objectID);
  }

  browse(asked: Readonly<Record<string, unknown>>): object {
    const cursor: Partial<Cursor> = asked.cursor
      ? JSON.parse(Buffer.from(String(asked.cursor), "base64url").toString())
      : asked;
    const { filters = "", hitsPerPage = 1_000, after, afterId = "" } = cursor;
    const all = this.#ranked(filters);
    const behind = after
      ? all.filter((record) => compare(this.#rank(record), record.objectID, after, afterId) > 0)
      : all;
    const hits = behind.slice(0, Math.min(hitsPerPage, 1_000));
    const last = hits.at(-1);
    if (!last || hits.length === behind.length) return { hits };
    const next: Cursor = { filters, hitsPerPage, after: this.#rank(last), afterId: last.objectID };
    return { hits, cursor: Buffer.from(JSON.stringify(next)).toString("base64url") };
  }

  /** Words by their beginnings; in scripts that are written without spaces, wherever they stand, since the service takes those apart. */
  search(asked: Readonly<Record<string, unknown>>): object {
    const { query = "", filters = "", page = 0, hitsPerPage = 20 } = asked;
    const words = String(query).split(" ");
    const found = this.#ranked(String(filters))
      .map((record) => ({ record, place: this.#firstColumn(record, words) }))
      .filter(({ place }) => place >= 0)
      .sort((one, other) => one.place - other.place)
      .slice(0, Number(this.settings.paginationLimitedTo ?? 1_000));
    const size = Number(hitsPerPage);
    const hits = found.slice(Number(page) * size, (Number(page) + 1) * size).map(({ record }) => record);
    return { hits, page, hitsPerPage, nbHits: found.length, nbPages: Math.ceil(found.length / size) };
  }

  /** Of the searchable attributes, the first that holds one of the words; -1 when some word is nowhere. */
  #firstColumn(record: StoredRecord, words: readonly string[]): number {
    const attributes = (this.settings.searchableAttributes as string[]).map(
      (name) => /^unordered\((.*)\)$/.exec(name)?.[1] ?? name,
    );
    const texts = attributes.map((path) => String(at(record, path) ?? "").split(" "));
    const holds = (text: readonly string[], word: string) =>
      text.some((one) => (/\p{Script=Han}/u.test(word) ? one.includes(word) : one.startsWith(word)));
    if (!words.every((word) => texts.some((text) => holds(text, word)))) return -1;
    return texts.findIndex((text) => words.some((word) => holds(text, word)));
  }

  #matching(filters: string): StoredRecord[] {
    return [...this.#records.values()].filter(matcherOf(filters, this.settings));
  }

  #ranked(filters: string): StoredRecord[] {
    return this.#matching(filters).sort((one, other) =>
      compare(this.#rank(one), one.objectID, this.#rank(other), other.objectID),
    );
  }

  #rank(record: StoredRecord): readonly number[] {
    const criteria = (this.settings.customRanking ?? []) as readonly string[];
    return criteria.map((one) => {
      const [, direction, path = ""] = /^(asc|desc)\((.*)\)$/.exec(one) ?? [];
      const value = Number(at(record, path) ?? Number.POSITIVE_INFINITY);
      return direction === "desc" ? -value : value;
    });
  }
}

/** What is left out stays; the whole update is ignored when its condition does not hold. */
function partiallyUpdated(
  before: StoredRecord | undefined,
  { objectID, ...changes }: StoredRecord,
): StoredRecord | undefined {
  const after: Record<string, unknown> = { ...before };
  for (const [name, change] of Object.entries(changes)) {
    const { _operation: operation, value } = (change ?? {}) as {
      readonly _operation?: string;
      readonly value?: number;
    };
    const now = Number(before?.[name] ?? 0);
    if (operation === undefined) after[name] = change;
    else if (operation === "Increment") after[name] = now + Number(value);
    else if (operation !== "IncrementFrom") throw new Refusal(400, `operation ${operation} is not known here`);
    else if (now !== value || (before !== undefined && value === 0)) return undefined;
    else after[name] = now + 1;
  }
  return { ...after, objectID };
}

function compare(one: readonly number[], id: string, other: readonly number[], otherId: string): number {
  for (const [index, value] of one.entries()) {
    const order = value - (other[index] ?? 0);
    if (order !== 0) return order;
  }
  return Buffer.compare(Buffer.from(id), Buffer.from(otherId));
}

function at(record: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], record);
}
