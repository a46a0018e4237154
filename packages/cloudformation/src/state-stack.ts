/** What must outlive every deployment: tables and queues, protected, in a stack of their own. */
import { queues } from "./queues.ts";
import type { SettledTopology } from "./settled.ts";
import { tables } from "./tables.ts";
import { attribute, type Template } from "./template.ts";

export function stateStack(topology: SettledTopology): Template {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `State of ${topology.name}: the log, its feed, read models and queues. Deleting this stack keeps them.`,
    Resources: { ...tables(topology.name), ...queues(topology) },
    Outputs: {
      LogStreamArn: {
        Description: `A parameter of the stack ${topology.name}.`,
        Value: attribute("LogTable", "StreamArn"),
      },
    },
  };
}
