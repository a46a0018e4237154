/** A Foldstream app in a Fastify server. */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { FetchHandler } from "./fetch-handler.ts";

export interface FoldstreamPluginOptions {
  /** Its `basePath` is the prefix under which the plugin is registered. */
  readonly fetch: FetchHandler;
}

/**
 * Answers every request under its prefix:
 * `fastify().register(foldstream, { prefix: "/api", fetch: httpHandler(runtime, { basePath: "/api" }) })`. Hooks and the limit on bodies
 * of the server hold; its parsers of bodies are left out within.
 */
export const foldstream: FastifyPluginAsync<FoldstreamPluginOptions> = async (server, { fetch }) => {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  server.all("/*", (request, reply) => fetch(requestOf(request, reply)));
};

function requestOf(request: FastifyRequest, reply: FastifyReply): Request {
  const { method, originalUrl } = request;
  const gone = new AbortController();
  // Of the answer, not of the connection: that may live on for many more.
  reply.raw.once("close", () => gone.abort());
  const body = request.body as Uint8Array<ArrayBuffer> | undefined;
  const url = `${request.protocol}://${request.host || "localhost"}${originalUrl}`;
  return new Request(url, { method, headers: headersOf(request), signal: gone.signal, ...(body && { body }) });
}

function headersOf({ headers }: FastifyRequest): Headers {
  const found = Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((value): [string, string] => [name, value]),
  );
  return new Headers(found);
}
