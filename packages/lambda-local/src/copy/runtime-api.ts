/** What one copy of a function asks for work and hands its answers to (docs: "Using the Lambda runtime API for custom runtimes"). */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Invoked } from "./invoked.ts";

const base = "/2018-06-01/runtime";

export class RuntimeApi {
  readonly #server: Server;
  /** The copy's question for the next invocation. */
  #asking: ServerResponse | undefined;
  #current: { readonly id: string; readonly resolve: (invoked: Invoked) => void } | undefined;
  readonly #initialized = Promise.withResolvers<void>();
  #idle: (() => void) | undefined;
  #ended = false;

  private constructor(server: Server) {
    this.#server = server;
    this.#initialized.promise.catch(() => undefined);
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<RuntimeApi> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RuntimeApi(server);
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Rejects when the init phase fails. */
  get initialized(): Promise<void> {
    return this.#initialized.promise;
  }

  /** The copy must be initialized, and have nothing to do. */
  async invoke(event: unknown, deadline: number): Promise<Invoked> {
    if (this.#ended) return { kind: "ended" };
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<Invoked>();
    this.#current = { id, resolve };
    this.#asking?.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": id,
      "lambda-runtime-deadline-ms": String(deadline),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-central-1:1:function:local",
      "lambda-runtime-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
    });
    this.#asking?.end(JSON.stringify(event));
    this.#asking = undefined;
    return promise;
  }

  /** Resolves when the copy asks for more: from there on Lambda keeps it frozen. */
  async idle(): Promise<void> {
    if (this.#asking || this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  /** The copy is gone. */
  end(): void {
    this.#ended = true;
    this.#initialized.reject(new Error("The copy ended in its init phase."));
    this.#settle({ kind: "ended" });
    this.#idle?.();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #settle(invoked: Invoked): void {
    this.#current?.resolve(invoked);
    this.#current = undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    if (path === `${base}/invocation/next`) return this.#next(response);
    const body = await text(request).catch(() => undefined);
    // The copy ended while it was answering: that is no answer.
    if (body === undefined) return;
    if (path === `${base}/init/error`) this.#initialized.reject(new Error(`The init phase failed: ${body}`));
    const [, , , , id, how] = path.split("/");
    if (id === this.#current?.id && how === "response") this.#settle({ kind: "answered", payload: parsed(body) });
    if (id === this.#current?.id && how === "error") this.#settle({ kind: "failed", error: parsed(body) });
    response.writeHead(202).end();
  }

  #next(response: ServerResponse): void {
    this.#asking = response;
    this.#initialized.resolve();
    this.#idle?.();
    this.#idle = undefined;
  }
}

function parsed(body: string): unknown {
  return body === "" ? undefined : JSON.parse(body);
}
