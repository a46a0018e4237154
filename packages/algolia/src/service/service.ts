/**
 * The few requests that read models take, over the official client, which comes back later by itself when it is told to. Algolia does what it is told later, as a task, and says nothing of a
 * condition that did not hold: so each write is waited for, and what was written on a condition is read back.
 */
import { randomUUID } from "node:crypto";
import type { BatchRequest, IndexSettings, SearchClient } from "@algolia/client-search";
import { batches } from "foldstream/port";
import { storeFailure } from "../errors.ts";

export interface Found<B> {
  readonly id: string;
  /** Goes up with each writing of the record: what the next one must find again. */
  readonly revision: number;
  readonly body: B;
}

export interface Put {
  readonly id: string;
  /** Attributes of the first level, always the same ones, since those that are left out stay as they are. `null` deletes. */
  readonly body: object | null;
  /** The revision that it must replace, 0 for none at all. Absent: whatever is there. */
  readonly replaces?: number;
}

export interface Page<B> {
  readonly bodies: readonly B[];
  readonly cursor?: string;
}

/** Of a batch; the service advises about 10 MB and 1,000 to 10,000 records (docs: "Sending records in batches"). */
const mostBytes = 5_000_000;
const mostPuts = 1_000;
const mostIds = 1_000;

/** Times that a task is looked at: about a quarter of an hour. */
const mostLooks = 200;

export class Service {
  readonly recordBytes: number;
  readonly #client: SearchClient;

  constructor(client: SearchClient, recordBytes: number) {
    this.#client = client;
    this.recordBytes = recordBytes;
  }

  /** `undefined` when there is no such index. */
  settings(index: string): Promise<IndexSettings | undefined> {
    return this.#run("reading settings", async () => {
      try {
        return await this.#client.getSettings({ indexName: index });
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  /** Makes the index, if need be. */
  configure(index: string, indexSettings: IndexSettings): Promise<void> {
    return this.#task("changing settings", index, () => this.#client.setSettings({ indexName: index, indexSettings }));
  }

  deleteIndex(index: string): Promise<void> {
    return this.#task("deleting an index", index, () => this.#client.deleteIndex({ indexName: index }));
  }

  deleteWhere(index: string, filters: string): Promise<void> {
    return this.#task("deleting records", index, () =>
      this.#client.deleteBy({ indexName: index, deleteByParams: { filters } }),
    );
  }

  /** Those that exist among `ids`. */
  async getMany<B>(index: string, ids: readonly string[], attributes?: readonly string[]): Promise<Found<B>[]> {
    const all: Found<B>[] = [];
    for (let at = 0; at < ids.length; at += mostIds) {
      const requests = ids.slice(at, at + mostIds).map((objectID) => ({
        indexName: index,
        objectID,
        ...(attributes && { attributesToRetrieve: [...attributes] }),
      }));
      const { results } = await this.#run("reading records", () => this.#client.getObjects<Stored>({ requests }));
      all.push(...results.flatMap((record) => (record ? [foundOf<B>(record)] : [])));
    }
    return all;
  }

  async get<B>(index: string, id: string): Promise<Found<B> | undefined> {
    const [found] = await this.getMany<B>(index, [id]);
    return found;
  }

  /** False when the record was no longer what the put was to replace. */
  async put(index: string, put: Put): Promise<boolean> {
    return (await this.putMany(index, [put])).length === 0;
  }

  /** Each by itself. Returns those whose records were no longer what they were to replace; the others are written, and to be seen. */
  async putMany(index: string, puts: readonly Put[]): Promise<Put[]> {
    const lost: Put[] = [];
    for (const part of batches(puts, bytesOf, { mostItems: mostPuts, mostBytes }))
      lost.push(...(await this.#putPart(index, part)));
    return lost;
  }

  async #putPart(index: string, part: readonly Put[]): Promise<readonly Put[]> {
    const writing = randomUUID();
    const requests = part.map((put) => requestOf(put, writing));
    await this.#task("writing records", index, () =>
      this.#client.batch({ indexName: index, batchWriteParams: { requests } }),
    );
    const conditional = part.filter(({ replaces }) => replaces !== undefined);
    const ids = conditional.map(({ id }) => id);
    const there = await this.getMany<{ readonly writing: string }>(index, ids, ["writing", "revision"]);
    const written = new Set(there.filter(({ body }) => body.writing === writing).map(({ id }) => id));
    return conditional.filter(({ id }) => !written.has(id));
  }

  /** In the order that the settings of the index give. */
  browse<B>(index: string, options: { filters: string; size: number; cursor?: string | undefined }): Promise<Page<B>> {
    const { filters, size, cursor } = options;
    return this.#run("browsing", async () => {
      const browseParams = cursor === undefined ? { filters, hitsPerPage: size } : { cursor };
      const answer = await this.#client.browse<Stored>({ indexName: index, browseParams });
      const bodies = answer.hits.map((record) => foundOf<B>(record as unknown as Stored).body);
      return { bodies, ...(answer.cursor !== undefined && { cursor: answer.cursor }) };
    });
  }

  async *browseAll<B>(index: string, filters: string): AsyncGenerator<B> {
    let cursor: string | undefined;
    do {
      const page: Page<B> = await this.browse<B>(index, { filters, size: 1_000, cursor });
      yield* page.bodies;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** A page of what is found, best first; whether there are more. */
  search<B>(index: string, options: { query: string; filters: string; page: number; size: number }) {
    const { query, filters, page, size } = options;
    return this.#run("a search", async () => {
      const searchParams = { query, filters, page, hitsPerPage: size };
      const answer = await this.#client.searchSingleIndex<Stored>({ indexName: index, searchParams });
      const bodies = answer.hits.map((record) => foundOf<B>(record as unknown as Stored).body);
      return { bodies, more: page + 1 < (answer.nbPages ?? 0) };
    });
  }

  /** Resolves when what was asked for is done and to be seen. */
  #task(doing: string, indexName: string, request: () => Promise<{ readonly taskID: number }>): Promise<void> {
    return this.#run(doing, async () => {
      const { taskID } = await request();
      const timeout = (looks: number) => Math.min(20 * 1.5 ** looks, 5_000);
      await this.#client.waitForTask({ indexName, taskID, maxRetries: mostLooks, timeout });
    });
  }

  async #run<T>(doing: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw storeFailure(error, doing);
    }
  }
}

/** As the index has it. */
interface Stored extends Record<string, unknown> {
  readonly objectID: string;
  readonly revision?: number;
}

function foundOf<B>(record: Stored): Found<B> {
  return { id: record.objectID, revision: record.revision ?? 0, body: record as B };
}

/** The condition is on the revision, which goes one further where it holds (docs: "Handling concurrency with versioning"). */
function requestOf({ id, body, replaces }: Put, writing: string): BatchRequest {
  if (body === null) return { action: "deleteObject", body: { objectID: id } };
  const revision =
    replaces === undefined ? { _operation: "Increment", value: 1 } : { _operation: "IncrementFrom", value: replaces };
  return { action: "partialUpdateObject", body: { ...body, objectID: id, revision, writing } };
}

function bytesOf({ body }: Put): number {
  return Buffer.byteLength(JSON.stringify(body));
}

function statusOf(error: unknown): number | undefined {
  return (error as { readonly status?: number } | undefined)?.status;
}
