import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { startMoto, whyNoMoto } from "@foldstream/dynamodb-local";
import { describe, expect, it, onTestFinished } from "vitest";
import { counter, counters, runtimeOf } from "../../http/test/counters.ts";
import { topologies } from "../test/topologies.ts";
import { synthesize, type Topology } from "./index.ts";

const whyNoCli = spawnSync("aws", ["--version"]).status === 0 ? undefined : "no AWS CLI here: pip install awscli";
const whyNot = whyNoMoto() ?? whyNoCli;
/** Each call of the AWS CLI starts a Python. */
const patienceMs = 600_000;

const region = "eu-central-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** An AWS account in memory, and its command line. */
async function openAccount() {
  const { endpoint, stop } = await startMoto();
  const folder = mkdtempSync(join(tmpdir(), "foldstream-deploy-"));
  onTestFinished(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const aws = async (line: string) => {
    const { stdout } = await promisify(execFile)("aws", line.split(" "), { env, cwd: folder, timeout: patienceMs });
    return stdout.trim();
  };
  return { folder, aws, endpoint };
}

type Account = Awaited<ReturnType<typeof openAccount>>;

/** The state, then the app on its stream. moto's change sets show no outputs, and take templates as they are only. */
async function deploy({ aws, folder }: Account, topology: Topology): Promise<void> {
  const { stacks } = synthesize(topology);
  for (const [name, template] of Object.entries(stacks))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(template));
  writeFileSync(join(folder, "app.zip"), "a bundle that nobody runs here");
  await aws("s3 mb s3://bundles");
  await aws("s3 cp app.zip s3://bundles/app.zip");
  const [state, app] = Object.keys(stacks);
  await aws(`cloudformation deploy --stack-name ${state} --template-file ${state}.json`);
  const streamArn = await aws(
    `dynamodb describe-table --table-name ${topology.name}-log --query Table.LatestStreamArn --output text`,
  );
  await aws(
    `cloudformation deploy --stack-name ${app} --template-file ${app}.json --capabilities CAPABILITY_IAM ` +
      `--parameter-overrides CodeBucket=bundles CodeKey=app.zip LogStreamArn=${streamArn}`,
  );
}

describe("deployed to moto", { timeout: patienceMs }, () => {
  it.for(Object.entries(topologies))(
    "the %s topology becomes stacks, tables that the engine takes, and wake-ups",
    async ([, topology], { skip }) => {
      if (whyNot) skip(whyNot);
      const account = await openAccount();

      await deploy(account, topology);

      const mappings = await account.aws(`lambda list-event-source-mappings --function-name ${topology.name}-worker`);
      expect(JSON.parse(mappings).EventSourceMappings).toMatchObject([
        { EventSourceArn: expect.stringContaining(`table/${topology.name}-log/stream`) },
      ]);
      expect(JSON.parse(await account.aws("events list-rules")).Rules).toContainEqual(
        expect.objectContaining({ ScheduleExpression: "rate(1 minute)" }),
      );
      const client = { endpoint: account.endpoint, region, credentials };
      const engine = await dynamoDbEngine({ client, tablePrefix: `${topology.name}-` });
      onTestFinished(() => engine.close());
      const runtime = runtimeOf(counters, engine);
      onTestFinished(() => runtime.stop());
      expect(await runtime.execute(counter, "a", "Increment", {})).toMatchObject({ ok: true, version: 1 });
    },
  );
});
