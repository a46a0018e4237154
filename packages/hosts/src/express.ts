/** A Foldstream app in an Express application. */
import { getRequestListener } from "@hono/node-server";
import type { RequestHandler } from "express";
import type { FetchHandler } from "./fetch-handler.ts";

/**
 * Middleware that answers every request it gets. Mount it where the handler's `basePath` says, before any parser of bodies:
 * `express().use("/api", foldstream(httpHandler(runtime, { basePath: "/api" })))`.
 */
export function foldstream(handle: FetchHandler): RequestHandler {
  const listener = getRequestListener(handle, { overrideGlobalObjects: false });
  return async (request, response, next) => {
    if (request.readableDidRead) return next(bodyWasRead(request.originalUrl));
    // Express takes the mount path off; the handler knows it.
    request.url = request.originalUrl;
    await listener(request, response);
  };
}

function bodyWasRead(url: string): Error {
  return new Error(
    `The body of the request to ${url.split("?")[0]} was read before Foldstream got it. Mount Foldstream before express.json() and its like.`,
  );
}
