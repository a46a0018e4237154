/** How long does a function take from cold, beside one that only loads the SDK's DynamoDB client? */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { runtimeClient } from "@foldstream/lambda-local";
import type { EngineConditions } from "../engines/bench-engine.ts";
import type { Question, Subject } from "../question.ts";
import { Deployment } from "./deployment.ts";
import { increment, streamNews } from "./events.ts";
import type { Packaging } from "./package-function.ts";
import { startCold } from "./start-cold.ts";

interface Started {
  readonly entry: string;
  readonly name: string;
  /** Makes the first event that it gets. */
  readonly event: () => object;
}

const bare: Started = { entry: "sdk", name: "bare: DynamoDB client", event: increment };

const functions: readonly Started[] = [
  bare,
  { entry: "sdk-connected", name: "the same, connected in the init phase", event: increment },
  { entry: "commands", name: "commands alone", event: increment },
  { entry: "http", name: "http", event: increment },
  { entry: "worker", name: "worker", event: streamNews },
];

const packagings: readonly Packaging[] = [
  { sdk: "beside", cached: false },
  { sdk: "bundled", cached: false },
  { sdk: "bundled", cached: true },
];

const empty: Started = { entry: "empty", name: "empty handler", event: () => ({}) };

let deployment: Promise<Deployment> | undefined;

export const coldStart: Question = {
  name: "cold-start",
  about: "Lambda functions from cold: size, process start to first request for work, and to first answer",
  engines: [],
  ownEngine: conditions(),
  runs: 15,
  unavailable: () => (process.platform === "linux" ? whyNoDynamoDb() : "only Linux tells what processes take"),
  subjects: () => [
    ...packagings.flatMap((packaging) => functions.map((started) => subject(started, packaging))),
    subject(empty, { sdk: "bundled", cached: false }),
  ],
  async stop() {
    await (await deployment)?.stop();
    deployment = undefined;
  },
};

function subject(started: Started, packaging: Packaging): Subject {
  return {
    name: label(started, packaging),
    bare: label(bare, packaging),
    async run() {
      deployment ??= Deployment.start();
      const { entry, event } = started;
      const { folder, bytes, environment } = await (await deployment).packaged(entry, packaging, event());
      const options = {
        client: runtimeClient(),
        name: "measured",
        root: folder,
        handler: "index.handler",
        environment,
      };
      return { ...(await startCold(options, event())), bundleBytes: bytes };
    },
  };
}

function label({ name }: Started, { sdk, cached }: Packaging): string {
  return `${name}, SDK ${sdk}${cached ? ", compile cache" : ""}`;
}

function conditions(): EngineConditions {
  const { name, path } = runtimeClient();
  const durability = "tables on a local DynamoDB, whose speed is not the service's";
  return { name: `Lambda, by ${name}`, version: name === "aws-lambda-ric" ? versionBeside(path) : "none", durability };
}

function versionBeside(path: string): string {
  return JSON.parse(readFileSync(join(path, "../package.json"), "utf8")).version;
}
