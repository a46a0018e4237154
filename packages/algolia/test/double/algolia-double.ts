/**
 * A double of Algolia over HTTP, in memory, written from its public documentation (algolia.com/doc: "Search API", "Handling concurrency with
 * versioning", "Algolia service limits", November 2026). It knows what the adapter asks and refuses all else; it does what it is told
 * when its task is asked for, shows nothing before, says nothing of a condition that did not hold, and can be told to fail.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { AlgoliaClientOptions } from "../../src/index.ts";
import { type BatchEntry, RecordIndex, type Settings } from "./record-index.ts";
import { Refusal } from "./refusal.ts";

/** What befalls a request: refused before it is done, or done without an answer. */
type Fault = { readonly status: number } | "lose the answer";

export interface Faults {
  /** By what is asked, such as `batch`. What it awaits happens between the request's arrival and what becomes of it. */
  request?: (endpoint: string) => Fault | undefined | Promise<Fault | undefined>;
  /** How often a task is looked at in vain. */
  looks?: () => number;
}

interface Task {
  readonly id: number;
  readonly index: string;
  readonly run: () => void;
  looksLeft: number;
}

type Body = Readonly<Record<string, unknown>>;

interface Asked {
  readonly name: string;
  readonly id: string;
  readonly body: Body;
}

export class AlgoliaDouble {
  readonly faults: Faults = {};
  /** What was asked, in order, such as `batch`. */
  readonly requests: string[] = [];
  readonly #recordBytes: number;
  readonly #indexes = new Map<string, RecordIndex>();
  #tasks: Task[] = [];
  #lastTask = 0;
  readonly #server: Server;

  private constructor(recordBytes: number) {
    this.#recordBytes = recordBytes;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start({ recordBytes = 10_000 } = {}): Promise<AlgoliaDouble> {
    const double = new AlgoliaDouble(recordBytes);
    await new Promise<void>((resolve) => double.#server.listen(0, "0.0.0.0", resolve));
    return double;
  }

  /** For the client: the double under as many names as the service has, so that a request that failed finds another. */
  get client(): AlgoliaClientOptions {
    const { port } = this.#server.address() as AddressInfo;
    const urls = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"];
    return { hosts: urls.map((url) => ({ url, port, protocol: "http", accept: "readWrite" })) };
  }

  index(name: string): RecordIndex {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`There is no index ${name}.`);
    return index;
  }

  drop(name: string): void {
    this.#indexes.delete(name);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://double");
    const [version, indexes, name = "", endpoint = "", id = ""] = url.pathname
      .slice(1)
      .split("/")
      .map(decodeURIComponent);
    const asked = `${request.method} ${version}/${indexes}/${name === "*" ? "*" : ""}/${endpoint}`;
    this.requests.push(endpoint);
    const body = await bodyOf(request);
    const fault = await this.faults.request?.(endpoint);
    if (typeof fault === "object") return answer(response, fault.status, { message: "told to", status: fault.status });
    try {
      const done = this.#do(asked, { name, id, body });
      if (fault) return void request.socket.destroy();
      answer(response, 200, done);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, String(error));
      answer(response, refusal.status, { message: refusal.message, status: refusal.status });
    }
  }

  #do(asked: string, { name, id, body }: Asked): object {
    switch (asked) {
      case "POST 1/indexes//batch":
        return this.#batch(name, body.requests as readonly BatchEntry[]);
      case "GET 1/indexes//task":
        return { status: this.#look(name, Number(id)), pendingTask: false };
      case "POST 1/indexes/*/objects":
        return { results: (body.requests as readonly ObjectRequest[]).map((one) => this.#object(one)) };
      case "POST 1/indexes//browse":
        return this.#known(name).browse(body);
      case "POST 1/indexes//query":
        return this.#known(name).search(body);
      case "GET 1/indexes//settings":
        return this.#known(name).settings;
      case "PUT 1/indexes//settings":
        return this.#task(name, () => this.#configure(name, body));
      case "POST 1/indexes//deleteByQuery":
        return this.#task(name, () => this.#indexes.get(name)?.deleteBy(String(body.filters)));
      case "DELETE 1/indexes//":
        return this.#task(name, () => this.drop(name));
      default:
        throw new Refusal(404, `${asked} is not known here`);
    }
  }

  #known(name: string): RecordIndex {
    const index = this.#indexes.get(name);
    if (index) return index;
    throw new Refusal(404, `Index ${name} does not exist`);
  }

  /** A write makes the index that it names. */
  #made(name: string): RecordIndex {
    const index = this.#indexes.get(name) ?? new RecordIndex();
    this.#indexes.set(name, index);
    return index;
  }

  #configure(name: string, settings: Settings): void {
    const index = this.#made(name);
    index.settings = { ...index.settings, ...settings };
  }

  #object({ indexName, objectID, attributesToRetrieve }: ObjectRequest): object | null {
    const record = this.#indexes.get(indexName)?.get(objectID);
    if (!record || !attributesToRetrieve) return record ?? null;
    return { objectID, ...Object.fromEntries(attributesToRetrieve.map((name) => [name, record[name]])) };
  }

  #batch(name: string, entries: readonly BatchEntry[]): object {
    for (const [position, { action, body }] of entries.entries()) {
      if (action !== "partialUpdateObject" && action !== "deleteObject")
        throw new Refusal(400, `unknown action ${action}`);
      const size = Buffer.byteLength(JSON.stringify(body));
      if (size > this.#recordBytes)
        throw new Refusal(
          400,
          `Record at the position ${position} objectID=${body.objectID} is too big size=${size}/${this.#recordBytes} bytes.`,
        );
    }
    const task = this.#task(name, () => {
      const index = this.#made(name);
      for (const entry of entries) index.apply(entry);
    });
    return { ...task, objectIDs: entries.map(({ body }) => body.objectID) };
  }

  #task(index: string, run: () => void): { readonly taskID: number } {
    const id = ++this.#lastTask;
    this.#tasks.push({ id, index, run, looksLeft: this.faults.looks?.() ?? 0 });
    return { taskID: id };
  }

  /** Tasks of an index are done in their order. */
  #look(index: string, id: number): "published" | "notPublished" {
    const task = this.#tasks.find((one) => one.id === id);
    if (task && task.looksLeft-- > 0) return "notPublished";
    const due = this.#tasks.filter((one) => one.index === index && one.id <= id);
    this.#tasks = this.#tasks.filter((one) => !due.includes(one));
    for (const { run } of due) run();
    return "published";
  }
}

interface ObjectRequest {
  readonly indexName: string;
  readonly objectID: string;
  readonly attributesToRetrieve?: readonly string[];
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString();
  return text === "" ? {} : JSON.parse(text);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
