/** `@foldstream/cloudformation`: what an app needs on AWS, as templates that their owner can read. */
export { isTopologyError, TopologyError } from "./errors.ts";
export { type Synthesized, synthesize } from "./synthesize.ts";
export type { Resource, Template } from "./template.ts";
export type { Database, FunctionSettings, Page, Role, Topology } from "./topology.ts";
