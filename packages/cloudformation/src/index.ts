/** `@foldstream/cloudformation`: what an app needs on AWS, as templates that their owner can read. */
export { checkTemplates } from "./checks/check-templates.ts";
export type { CheckReport, Finding } from "./checks/report.ts";
export { isTopologyError, TopologyError } from "./errors.ts";
export { type Synthesized, synthesize } from "./synthesize.ts";
export type { Accepted, Resource, Template } from "./template.ts";
export type { Database, Domain, FunctionSettings, Page, Role, Topology } from "./topology.ts";
