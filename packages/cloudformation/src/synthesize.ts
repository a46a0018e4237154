/** The composition root: templates of a topology. */
import { appStack } from "./app-stack.ts";
import { settle } from "./settled.ts";
import { stateStack } from "./state-stack.ts";
import type { Template } from "./template.ts";
import type { Topology } from "./topology.ts";

export interface Synthesized {
  /** By name of the stack, in the order in which they are deployed. */
  readonly stacks: Readonly<Record<string, Template>>;
}

/** @throws TopologyError when it cannot be deployed; it names the setting to change. */
export function synthesize(topology: Topology): Synthesized {
  const settled = settle(topology);
  return { stacks: { [`${settled.name}-state`]: stateStack(settled), [settled.name]: appStack(settled) } };
}
