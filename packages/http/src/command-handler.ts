/** Commands and streams over the Fetch API, without queries: for functions whose cold start counts each kilobyte. */
import type { CommandRuntime } from "foldstream";
import { Hono } from "hono/tiny";
import { answerCommand } from "./command-route.ts";
import type { HttpHandler } from "./http-handler.ts";
import { answerAlive } from "./operations-routes.ts";
import { type HostedRuntime, type HttpOptions, hostOf } from "./options.ts";
import type { Route } from "./route.ts";
import { served } from "./served.ts";
import { answerStream } from "./stream-route.ts";
import { answerTogether } from "./together-route.ts";

export const commandRoutes: readonly Route[] = [
  { method: "POST", path: "/commands/:aggregate/:id/:command", answer: answerCommand },
  { method: "POST", path: "/commands", answer: answerTogether },
  { method: "GET", path: "/streams/:aggregate/:id", answer: answerStream },
  { method: "GET", path: "/livez", open: true, answer: answerAlive },
];

export type CommandHttpOptions = Omit<HttpOptions, "metrics" | "toJsonSchema" | "openapi" | "live" | "maxWaitMs">;

/** As `httpHandler` serves them. */
export function commandHandler(
  runtime: Pick<CommandRuntime, "app" | "dispatch" | "executeTogether" | "readStream">,
  options: CommandHttpOptions = {},
): HttpHandler {
  // These routes ask nothing else of a runtime.
  const host = hostOf(runtime as HostedRuntime, options, () => undefined);
  const app = served(new Hono(), host, commandRoutes);
  return async (request) => app.fetch(request);
}
