/** The few requests that read models take, over the official client. What is told to come back later comes back later. */
import { type Client, errors } from "@opensearch-project/opensearch";
import { batches } from "foldstream/port";
import { storeFailure } from "../errors.ts";
import { pause } from "./pause.ts";

/** Which writing of a document: what the next one must find again. */
export interface Place {
  readonly seqNo: number;
  readonly term: number;
}

export interface Found<D> extends Place {
  readonly id: string;
  readonly document: D;
}

export interface Put {
  readonly id: string;
  /** `null` deletes. */
  readonly document: object | null;
  /** What it must replace; `null` for none at all. Absent: whatever is there. */
  readonly replaces?: Place | null;
}

/** Where to write. */
export interface Writable {
  readonly index: string;
  /** It is an alias: nothing is written, and no index made, when there is none. */
  readonly alias?: boolean;
}

export interface Search {
  readonly query: object;
  readonly sort: readonly object[];
  readonly size: number;
  readonly from?: number;
  /** Only what comes behind a document with these values of the fields sorted by. */
  readonly search_after?: readonly unknown[];
}

/** Of requests that were told 429, which is when a queue of the cluster is full. The client itself retries what met a dead node. */
const mostAttempts = 10;

/** Of a bulk request; the service takes 100 MB at once and does best with less (docs: "Bulk API"). */
const mostBytes = 5_000_000;
const mostPuts = 500;
const mostIds = 500;

export class Service {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** False when there is such an index already. */
  createIndex(index: string, body: object): Promise<boolean> {
    return this.#run("creating an index", async () => {
      try {
        await this.#client.indices.create({ index, body });
        return true;
      } catch (error) {
        if (typeOf(error) === "resource_already_exists_exception") return false;
        throw error;
      }
    });
  }

  /** Nothing when there is none. */
  deleteIndex(index: string): Promise<void> {
    return this.#run("deleting an index", async () => {
      await this.#client.indices.delete({ index, ignore_unavailable: true });
    });
  }

  /** As it was last written, whether it was refreshed or not. */
  get<D>(index: string, id: string): Promise<Found<D> | undefined> {
    return this.#run("reading a document", async () => {
      const { body, statusCode } = await this.#client.get({ index, id }, { ignore: [404] });
      if (statusCode !== 404 || body.found === false) return found<D>(body as GetBody<D>);
      throw new Error(`there is no index ${index}`);
    });
  }

  /** As they were last written: those that exist among `ids`. */
  async getMany<D>(index: string, ids: readonly string[]): Promise<Found<D>[]> {
    const all: Found<D>[] = [];
    for (let at = 0; at < ids.length; at += mostIds) {
      const part = ids.slice(at, at + mostIds);
      const { body } = await this.#run("reading documents", () => this.#client.mget({ index, body: { ids: part } }));
      for (const answer of body.docs as (GetBody<D> & { readonly error?: object })[]) {
        if (answer.error) throw storeFailure(new Error(JSON.stringify(answer.error)), "reading documents");
        const one = found(answer);
        if (one) all.push(one);
      }
    }
    return all;
  }

  /** False when the document is no longer what the put is to replace. */
  async put(index: Writable, put: Put): Promise<boolean> {
    const [lost] = await this.putMany(index, [put]);
    return lost === undefined;
  }

  /** Each by itself. Returns those whose documents are no longer what they are to replace; the others are written. */
  async putMany(index: Writable, puts: readonly Put[]): Promise<Put[]> {
    const lost: Put[] = [];
    for (const part of batches(puts, bytesOf, { mostItems: mostPuts, mostBytes }))
      lost.push(...(await this.#putPart(index, part)));
    return lost;
  }

  async #putPart(index: Writable, part: readonly Put[]): Promise<Put[]> {
    const lost: Put[] = [];
    let left = part;
    for (let attempt = 1; left.length > 0; attempt++) {
      const items = await this.#bulk(index, left);
      const statuses = left.map((put, at) => ({ put, ...items[at] }));
      const failed = statuses.find(({ put, status = 500 }) => isFailure(put, status));
      if (failed)
        throw storeFailure(new Error(`${failed.status} ${JSON.stringify(failed.error)}`), "writing documents");
      lost.push(...statuses.filter(({ status }) => status === 409).map(({ put }) => put));
      left = statuses.filter(({ status }) => status === 429).map(({ put }) => put);
      if (left.length > 0 && attempt === mostAttempts)
        throw storeFailure(new Error("the cluster kept rejecting writes (429)"), "writing documents");
      if (left.length > 0) await pause(attempt);
    }
    return lost;
  }

  async #bulk({ index, alias = false }: Writable, puts: readonly Put[]): Promise<readonly BulkItem[]> {
    const lines = puts.flatMap((put) => (put.document ? [actionOf(put), put.document] : [actionOf(put)]));
    const { body } = await this.#run("writing documents", () =>
      this.#client.bulk({ index, require_alias: alias, body: lines as Record<string, unknown>[] }),
    );
    return body.items.map((item) => (item.index ?? item.create ?? item.delete) as BulkItem);
  }

  /** Makes all that was written searchable. */
  refresh(index: string): Promise<void> {
    return this.#run("refreshing an index", async () => {
      const { body } = await this.#client.indices.refresh({ index });
      if (body._shards?.failed) throw new Error(`${body._shards.failed} shards of ${index} failed to refresh`);
    });
  }

  search<D>(index: string, body: Search): Promise<readonly D[]> {
    return this.#run("a search", async () => {
      const options = { index, allow_partial_search_results: false, track_total_hits: false };
      const answer = await this.#client.search({ ...options, body: { ...body } as Record<string, unknown> });
      return answer.body.hits.hits.map(({ _source }) => _source as D);
    });
  }

  count(index: string, query: object): Promise<number> {
    return this.#run("counting", async () => {
      const { body } = await this.#client.count({ index, body: { query } });
      if (body._shards.failed) throw new Error(`${body._shards.failed} shards of ${index} failed to count`);
      return body.count;
    });
  }

  /** Deletes what matches and was refreshed. What changes meanwhile stays. */
  deleteWhere(index: string, query: object): Promise<void> {
    return this.#run("deleting documents", async () => {
      await this.#client.deleteByQuery({ index, conflicts: "proceed", body: { query } });
    });
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #run<T>(doing: string, request: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        if (statusOf(error) !== 429 || attempt === mostAttempts) throw storeFailure(error, doing);
        await pause(attempt);
      }
    }
  }
}

interface GetBody<D> {
  readonly _id: string;
  readonly found: boolean;
  readonly _seq_no: number;
  readonly _primary_term: number;
  readonly _source: D;
}

interface BulkItem {
  readonly status: number;
  readonly error?: object;
}

function found<D>({ _id: id, found: exists, _seq_no: seqNo, _primary_term: term, _source: document }: GetBody<D>) {
  return exists ? { id, seqNo, term, document } : undefined;
}

function isFailure({ document }: Put, status: number): boolean {
  const wanted = status < 300 || (document === null && status === 404);
  return !wanted && status !== 409 && status !== 429;
}

function actionOf({ id, document, replaces }: Put): object {
  if (document === null) return { delete: { _id: id } };
  if (replaces === null) return { create: { _id: id } };
  const condition = replaces && { if_seq_no: replaces.seqNo, if_primary_term: replaces.term };
  return { index: { _id: id, ...condition } };
}

function bytesOf({ document }: Put): number {
  return Buffer.byteLength(JSON.stringify(document));
}

function statusOf(error: unknown): number | undefined {
  return error instanceof errors.ResponseError ? error.statusCode : undefined;
}

function typeOf(error: unknown): string | undefined {
  if (!(error instanceof errors.ResponseError)) return undefined;
  return (error.body as { readonly error?: { readonly type?: string } } | undefined)?.error?.type;
}
