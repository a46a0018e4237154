/** `@foldstream/http`: an app over the Fetch API. */
export { type CommandHttpOptions, commandHandler } from "./command-handler.ts";
export { httpApp, httpHandler } from "./http-app.ts";
export type { HttpHandler } from "./http-handler.ts";
export type { Direction, JsonSchema, ToJsonSchema } from "./json-schema.ts";
export type { FailedRequest, HostedRuntime, HttpOptions, LiveSettings, OpenApiOptions } from "./options.ts";
export type { Problem, ProblemCode, ProblemDetails } from "./problem.ts";
