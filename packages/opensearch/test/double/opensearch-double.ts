/**
 * A double of OpenSearch over HTTP, in memory, written from its public documentation (docs.opensearch.org, version 3: "Document APIs",
 * "Index APIs", "Search APIs", "Query DSL", "Mappings"). It knows what the adapter asks and refuses all else, sees writes in searches only
 * after a refresh, and can be told to fail.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DocumentIndex, type IndexAction, type SearchBody } from "./document-index.ts";
import { badRequest, Refusal } from "./refusal.ts";

/** What befalls a request: refused before it is done, or done without an answer. */
type Fault = { readonly status: number } | "lose the answer";

export interface Faults {
  /** By what is asked, such as `_bulk`. What it awaits happens between the request's arrival and what becomes of it. */
  request?: (endpoint: string) => Fault | undefined | Promise<Fault | undefined>;
  /** Of one document in a bulk request. */
  item?: (id: string) => { readonly status: number } | undefined;
}

type Body = Readonly<Record<string, unknown>>;

export class OpenSearchDouble {
  readonly faults: Faults = {};
  /** What was asked, in order, such as `POST _bulk`. */
  readonly requests: string[] = [];
  readonly #indexes = new Map<string, DocumentIndex>();
  /** Names of indexes by alias. */
  readonly #aliases = new Map<string, string>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<OpenSearchDouble> {
    const double = new OpenSearchDouble();
    await new Promise<void>((resolve) => double.#server.listen(0, "127.0.0.1", resolve));
    return double;
  }

  get node(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  index(name: string): DocumentIndex {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`There is no index ${name}.`);
    return index;
  }

  drop(index: string): void {
    this.#indexes.delete(index);
    for (const [alias, name] of this.#aliases) if (name === index) this.#aliases.delete(alias);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://double");
    const [index = "", endpoint = "", id] = url.pathname.slice(1).split("/").map(decodeURIComponent);
    this.requests.push(`${request.method} ${endpoint}`);
    const text = await textOf(request);
    const fault = await this.faults.request?.(endpoint);
    if (typeof fault === "object")
      return answer(response, fault.status, { error: { type: "fault", reason: "told to" }, status: fault.status });
    try {
      const [status, body] = this.#do(request, { index, endpoint, id, text, query: url.searchParams });
      if (fault) return void request.socket.destroy();
      answer(response, status, body);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, "bug", String(error));
      answer(response, refusal.status, { error: refusal.error, status: refusal.status });
    }
  }

  #do(request: IncomingMessage, { index: name, endpoint, id, text, query }: Asked): [number, object] {
    if (request.method === "PUT" && endpoint === "") return [200, this.#create(name, JSON.parse(text || "{}"))];
    if (request.method === "DELETE" && endpoint === "") return [200, this.#delete(name, query)];
    const index = this.#indexes.get(this.#aliases.get(name) ?? name);
    if (endpoint === "_bulk" && query.get("require_alias") === "true" && !this.#aliases.has(name))
      throw new Refusal(
        404,
        "index_not_found_exception",
        `no such index [${name}] and [require_alias] request flag is [true]`,
      );
    if (!index) throw new Refusal(404, "index_not_found_exception", `no such index [${name}]`);
    const known = endpoints[`${request.method} ${endpoint}`];
    if (!known) throw badRequest("illegal_argument_exception", `${request.method} ${endpoint} is not known here`);
    for (const parameter of query.keys())
      if (!known.parameters?.includes(parameter))
        throw badRequest(
          "illegal_argument_exception",
          `request [${endpoint}] contains unrecognized parameter: [${parameter}]`,
        );
    if (endpoint === "_bulk") return [200, this.#bulk(index, request, text)];
    const body = known.run(index, text === "" ? {} : JSON.parse(text), id ?? "");
    return [(body as { found?: boolean }).found === false && endpoint === "_doc" ? 404 : 200, body];
  }

  #create(name: string, body: Body): object {
    if (!/^[^-_+A-Z\s,:"*/\\|?#<>][^A-Z\s,:"*/\\|?#<>]*$/.test(name) || Buffer.byteLength(name) > 255)
      throw badRequest("invalid_index_name_exception", `Invalid index name [${name}]`);
    if (this.#indexes.has(name))
      throw badRequest("resource_already_exists_exception", `index [${name}] already exists`);
    const { aliases = {} } = body as { readonly aliases?: object };
    for (const alias of Object.keys(aliases)) {
      if (this.#aliases.has(alias)) throw badRequest("illegal_argument_exception", `alias [${alias}] is taken`);
      this.#aliases.set(alias, name);
    }
    this.#indexes.set(name, new DocumentIndex(body));
    return { acknowledged: true, shards_acknowledged: true, index: name };
  }

  #delete(name: string, query: URLSearchParams): object {
    if (!this.#indexes.has(name) && query.get("ignore_unavailable") !== "true")
      throw new Refusal(404, "index_not_found_exception", `no such index [${name}]`);
    this.drop(name);
    return { acknowledged: true };
  }

  #bulk(index: DocumentIndex, request: IncomingMessage, text: string): object {
    if (!/ndjson/.test(request.headers["content-type"] ?? "") || !text.endsWith("\n"))
      throw badRequest("illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]");
    const lines = text.split("\n").slice(0, -1);
    const items: object[] = [];
    for (let at = 0; at < lines.length; at++) {
      const [[kind = "", about] = []] = Object.entries(JSON.parse(lines[at] ?? "") as Record<string, object>);
      const action = { kind, ...about } as IndexAction;
      const source = kind === "delete" ? "{}" : (lines[++at] ?? "");
      items.push({ [kind]: this.#item(index, action, source) });
    }
    return { took: 1, errors: items.some((item) => "error" in item), items };
  }

  #item(index: DocumentIndex, action: IndexAction, source: string): object {
    const { _id } = action;
    const fault = this.faults.item?.(_id);
    if (fault) return { _id, status: fault.status, error: { type: "fault", reason: "told to" } };
    try {
      return { _id, status: index.write(action, JSON.parse(source)) };
    } catch (error) {
      if (error instanceof Refusal) return { _id, status: error.status, error: error.error };
      throw error;
    }
  }
}

interface Asked {
  readonly index: string;
  readonly endpoint: string;
  readonly id: string | undefined;
  readonly text: string;
  readonly query: URLSearchParams;
}

interface Endpoint {
  readonly parameters?: readonly string[];
  run(index: DocumentIndex, body: Body, id: string): object;
}

const shards = { total: 1, successful: 1, skipped: 0, failed: 0 };

const endpoints: Readonly<Record<string, Endpoint>> = {
  "GET _doc": { run: (index, _body, id) => index.get(id) },
  "POST _mget": { run: (index, { ids }) => ({ docs: (ids as string[]).map((one) => index.get(one)) }) },
  "PUT _bulk": { parameters: ["require_alias"], run: () => ({}) },
  "GET _refresh": {
    run(index) {
      index.refresh();
      return { _shards: shards };
    },
  },
  "POST _search": {
    parameters: ["allow_partial_search_results", "track_total_hits"],
    run: (index, body) => ({
      timed_out: false,
      _shards: shards,
      hits: { hits: index.search(body as unknown as SearchBody) },
    }),
  },
  "POST _count": { run: (index, { query }) => ({ count: index.count(query as object), _shards: shards }) },
  "POST _delete_by_query": {
    parameters: ["conflicts"],
    run: (index, { query }) => ({ deleted: index.deleteWhere(query as object), failures: [] }),
  },
};

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
