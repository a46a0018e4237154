/** A Lambda of this machine, for tests. */
export { type CopyOptions, FunctionCopy } from "./function-copy.ts";
export { LocalFunction, type LocalFunctionOptions } from "./local-function.ts";
export type { Invoked } from "./runtime-api.ts";
export { type RuntimeClient, runtimeClient } from "./runtime-client.ts";
export { StreamMapping, type StreamMappingOptions } from "./stream-mapping.ts";
