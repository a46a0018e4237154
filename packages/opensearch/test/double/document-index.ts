/** One index: documents as they were last written, and those of them that searches see. */
import { fieldAt, type Mapping, type Terms, termsOf } from "./mapping.ts";
import { compile } from "./query.ts";
import { badRequest, Refusal } from "./refusal.ts";

interface Kept {
  readonly source: object;
  readonly terms: Terms;
  readonly seqNo: number;
}

export interface IndexAction {
  readonly kind: "index" | "create" | "delete";
  readonly _id: string;
  readonly if_seq_no?: number;
  readonly if_primary_term?: number;
}

export interface SearchBody {
  readonly query: object;
  readonly sort?: readonly Readonly<Record<string, string | { order: string; missing?: string }>>[];
  readonly from?: number;
  readonly size?: number;
  readonly search_after?: readonly unknown[];
}

const primaryTerm = 1;
const mostIdBytes = 512;

export class DocumentIndex {
  readonly #mapping: Mapping;
  readonly #window: number;
  readonly #documents = new Map<string, Kept>();
  #searchable: ReadonlyMap<string, Kept> = new Map();
  #nextSeqNo = 0;

  constructor({ mappings = {}, settings = {} }: { mappings?: Mapping; settings?: Readonly<Record<string, unknown>> }) {
    this.#mapping = mappings;
    this.#window = Number(settings["index.max_result_window"] ?? 10_000);
  }

  get(id: string): object {
    const kept = this.#documents.get(id);
    if (!kept) return { _id: id, found: false };
    return { _id: id, found: true, _seq_no: kept.seqNo, _primary_term: primaryTerm, _source: kept.source };
  }

  /** @throws Refusal */
  write({ kind, _id: id, if_seq_no: seqNo, if_primary_term: term }: IndexAction, source: object): number {
    if (Buffer.byteLength(id) > mostIdBytes || id === "")
      throw badRequest("illegal_argument_exception", `id is too long, must be no longer than ${mostIdBytes} bytes`);
    if ((seqNo === undefined) !== (term === undefined))
      throw badRequest("action_request_validation_exception", "ifSeqNo and primary term come together");
    const before = this.#documents.get(id);
    if (kind === "delete") return this.#documents.delete(id) ? 200 : 404;
    const conflict =
      kind === "create"
        ? before !== undefined
        : seqNo !== undefined && (before?.seqNo !== seqNo || term !== primaryTerm);
    if (conflict) throw new Refusal(409, "version_conflict_engine_exception", `[${id}]: version conflict`);
    const terms = termsOf(this.#mapping, source);
    this.#documents.set(id, { source, terms, seqNo: this.#nextSeqNo++ });
    return before ? 200 : 201;
  }

  refresh(): void {
    this.#searchable = new Map(this.#documents);
  }

  search({ query, sort = [], from = 0, size = 10, search_after: after }: SearchBody): object[] {
    if (from + size > this.#window)
      throw badRequest(
        "illegal_argument_exception",
        `Result window is too large, from + size must be less than or equal to: [${this.#window}]`,
      );
    const hits = this.#matching(query);
    const orders = sort.map((by) => this.#order(by));
    hits.sort((one, other) => orders.map((order) => order(one, other)).find((sign) => sign !== 0) ?? 0);
    return this.#behind(hits, sort, after)
      .slice(from, from + size)
      .map(({ id, kept }) => ({ _id: id, _source: kept.source }));
  }

  /** Known here only where one field is sorted by, upwards. */
  #behind(hits: Hit[], sort: SearchBody["sort"] = [], after: readonly unknown[] | undefined): Hit[] {
    if (!after) return hits;
    const [[path = "", order] = []] = Object.entries(sort[0] ?? {});
    if (sort.length !== 1 || after.length !== 1 || order !== "asc")
      throw badRequest("illegal_argument_exception", "search_after is known here for one field in ascending order");
    return hits.filter(({ kept }) => compare(kept.terms.get(path)?.[0], after[0]) > 0);
  }

  count(query: object): number {
    return this.#matching(query).length;
  }

  /** What has changed since the last refresh stays, as with `conflicts=proceed`. */
  deleteWhere(query: object): number {
    const found = this.#matching(query).filter(({ id, kept }) => this.#documents.get(id) === kept);
    for (const { id } of found) this.#documents.delete(id);
    return found.length;
  }

  #matching(query: object): Hit[] {
    const matches = compile(query, this.#mapping);
    return [...this.#searchable].flatMap(([id, kept]) => {
      const score = matches(kept.terms);
      return score === undefined ? [] : [{ id, kept, score }];
    });
  }

  #order(by: Readonly<Record<string, string | { order: string; missing?: string }>>): (one: Hit, other: Hit) => number {
    const [[path = "", how] = []] = Object.entries(by);
    const { order, missing = "_last" } = typeof how === "object" ? how : { order: how };
    const sign = order === "asc" ? 1 : -1;
    if (path === "_score") return (one, other) => sign * (one.score - other.score);
    const field = fieldAt(this.#mapping, path);
    if (!field?.type || field.type === "text" || field.doc_values === false)
      throw badRequest("illegal_argument_exception", `No mapping found for [${path}] in order to sort on`);
    const absent = missing === "_first" ? -1 : 1;
    return (one, other) => {
      const [left, right] = [one, other].map(({ kept }) => kept.terms.get(path)?.[0]);
      if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? absent : -absent;
      return sign * compare(left, right);
    };
  }
}

interface Hit {
  readonly id: string;
  readonly kept: Kept;
  readonly score: number;
}

/** Text by its bytes. */
function compare(left: unknown, right: unknown): number {
  if (typeof left === "string") return Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
  return Number(left) - Number(right);
}
