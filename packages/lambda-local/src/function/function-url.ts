/** The URL of a function: HTTP requests as events of payload format 2.0 (docs: "Invoking Lambda function URLs"). */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Invoked } from "../copy/invoked.ts";

export interface FunctionUrlOptions {
  readonly invoke: (event: unknown) => Promise<Invoked>;
  /** Default: a free one. */
  readonly port?: number;
}

interface HttpAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export class FunctionUrl {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open({ invoke, port = 0 }: FunctionUrlOptions): Promise<FunctionUrl> {
    const server = createServer((request, response) => {
      answered(invoke, request, response).catch(() => request.socket.destroy());
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return new FunctionUrl(server);
  }

  /** Without a slash at its end. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answered(
  invoke: FunctionUrlOptions["invoke"],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const invoked = await invoke(eventOf(request, await buffer(request)));
  if (invoked.kind === "answered") send(response, invoked.payload);
  else if (invoked.kind === "throttled") refuse(response, 429, "Rate Exceeded.");
  else refuse(response, 502, "Internal Server Error");
}

function eventOf(request: IncomingMessage, body: Buffer): object {
  const { method = "GET", url = "/", httpVersion, socket } = request;
  const { pathname, search, searchParams } = new URL(url, "http://local");
  const { cookie, ...headers } = request.headers;
  const text = isText(headers["content-type"]);
  const now = new Date();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/; ?/) }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(search !== "" && { queryStringParameters: Object.fromEntries(searchParams) }),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: headers.host ?? "local",
      domainPrefix: "local",
      http: {
        method,
        path: pathname,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: socket.remoteAddress ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

function isText(contentType = "text/plain"): boolean {
  return /^text\/|json|xml|javascript|x-www-form-urlencoded/.test(contentType);
}

/** What is no such answer is the body itself, as JSON. */
function send(response: ServerResponse, payload: unknown): void {
  const { statusCode, headers, cookies, body, isBase64Encoded } = (payload ?? {}) as HttpAnswer;
  if (statusCode === undefined) {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(payload));
    return;
  }
  response.writeHead(statusCode, { ...headers, ...(cookies && { "set-cookie": [...cookies] }) });
  response.end(Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ Message: message }));
}
