/** An example's functions, bundled and deployed on this machine by its own topology, on a DynamoDB that can be disturbed. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { synthesize, type Topology } from "@foldstream/cloudformation";
import { type LocalDynamoDb, startDynamoDb } from "@foldstream/dynamodb-local";
import { bundleFolder, type Disturbances, LocalDeployment, type RuntimeClient } from "@foldstream/lambda-local";

export interface DeployedExample {
  readonly name: string;
  readonly dynamoDb: LocalDynamoDb;
  readonly deployment: LocalDeployment;
  close(): Promise<void>;
}

/** A queue hides what was not answered for six times its function's timeout. */
const disturbed = {
  http: { timeoutSeconds: 10, reservedConcurrency: 6 },
  worker: { timeoutSeconds: 30 },
  queue: { timeoutSeconds: 4, reservedConcurrency: 2 },
};

export async function deployExample(
  app: string,
  client: RuntimeClient,
  disturbances: Disturbances,
): Promise<DeployedExample> {
  const { topology } = await import(pathToFileURL(resolve(`examples/${app}/foldstream.config.ts`)).href);
  const { stacks } = synthesize(disturbedTopology(topology));
  const bundle = await bundleFolder(`examples/${app}/functions.ts`, ["@foldstream/source"]);
  const dynamoDb = await startDynamoDb();
  const deployment = await LocalDeployment.start({
    templates: Object.values(stacks),
    bundle,
    client,
    dynamoDbEndpoint: dynamoDb.endpoint,
    disturbances,
  });
  return {
    name: topology.name,
    dynamoDb,
    deployment,
    async close() {
      await deployment.close();
      await dynamoDb.close();
      await bundle.remove();
    },
  };
}

/** The example's own, with a queue of commands, few copies, and times that a test can wait for. */
function disturbedTopology(topology: Topology): Topology {
  const { http, worker, queue, ...others } = topology.functions ?? {};
  return {
    ...topology,
    commandQueue: "fifo",
    functions: {
      sweep: {},
      ...others,
      http: { ...http, ...disturbed.http },
      worker: { ...worker, ...disturbed.worker },
      queue: { ...queue, ...disturbed.queue },
    },
  };
}
