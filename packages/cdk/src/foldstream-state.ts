/** What must outlive every deployment: tables and queues. */
import { synthesize, type Template, type Topology } from "@foldstream/cloudformation";
import { type CfnTable, type ITable, Table } from "aws-cdk-lib/aws-dynamodb";
import { type CfnQueue, type IQueue, Queue } from "aws-cdk-lib/aws-sqs";
import type { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { Construct } from "constructs";
import { include } from "./include.ts";

export interface FoldstreamStateProps {
  readonly topology: Topology;
}

export interface FoldstreamTables {
  readonly log: ITable;
  readonly feed: ITable;
  readonly readModels: ITable;
}

/**
 * The tables and queues of an app: protected from deletion, and kept when they leave the stack. Give them a stack of their own,
 * with `terminationProtection`. One to a stack, since logical ids are those of `foldstream synth`.
 * @throws TopologyError when the topology cannot be deployed.
 */
export class FoldstreamState extends Construct {
  readonly topology: Topology;
  readonly tables: FoldstreamTables;
  /** Of the log's table; it wakes the worker. */
  readonly logStreamArn: string;
  /** Where commands are sent to; absent without the function `queue`. */
  readonly commandQueue?: IQueue;
  /** Every resource, by the logical id that `foldstream synth` gives it: to change what no setting does. */
  readonly template: CfnInclude;

  constructor(scope: Construct, id: string, { topology }: FoldstreamStateProps) {
    super(scope, id);
    const template = synthesize(topology).stacks[`${topology.name}-state`] as Template;
    this.topology = topology;
    this.template = include(this, template);
    this.tables = {
      log: this.#table("LogTable"),
      feed: this.#table("FeedTable"),
      readModels: this.#table("ReadModelsTable"),
    };
    this.logStreamArn = this.#resource<CfnTable>("LogTable").attrStreamArn;
    if (template.Resources.Commands) this.commandQueue = this.#commandQueue();
  }

  #table(id: string): ITable {
    const { tableName } = this.#resource<CfnTable>(id);
    return Table.fromTableName(this, id, tableName as string);
  }

  #commandQueue(): IQueue {
    const queue = this.#resource<CfnQueue>("Commands");
    const fifo = this.topology.commandQueue === "fifo";
    return Queue.fromQueueAttributes(this, "Commands", { queueArn: queue.attrArn, queueUrl: queue.ref, fifo });
  }

  #resource<Resource>(id: string): Resource {
    return this.template.getResource(id) as Resource;
  }
}
